/** The longest lifetimes there are, in seconds. A browser's settings can shorten them, never lengthen them. */
export const LIFETIMES = {
  accessToken: 300,
  sessionIdle: 30 * 60,
  sessionAbsolute: 12 * 60 * 60,
  refreshIdle: 24 * 60 * 60,
  refreshAbsolute: 7 * 24 * 60 * 60,
} as const
