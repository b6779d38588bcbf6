/**
 * The longest lifetimes there are, in seconds. A browser's settings can shorten them, never
 * lengthen them.
 */
export const LIFETIMES = {
  accessToken: 300,
  sessionIdle: 30 * 60,
  sessionAbsolute: 12 * 60 * 60,
  refreshIdle: 24 * 60 * 60,
  refreshAbsolute: 7 * 24 * 60 * 60,
} as const

/**
 * How long what was denied or ended is remembered past the moment at which it would have expired,
 * in seconds: an instance whose clock is behind, or was set back by up to a day, must not take it
 * for good again.
 */
export const REMEMBERED_AFTERWARDS = 24 * 60 * 60
