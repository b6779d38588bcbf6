export const MODES = ['session', 'token'] as const
export type Mode = (typeof MODES)[number]

/** Roles, least first. Each may do what those before it may. */
export const ROLES = ['reader', 'editor', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether whoever has the role `had` may do what needs the role `needed`. */
export const hasRole = (had: Role, needed: Role): boolean =>
  ROLES.indexOf(had) >= ROLES.indexOf(needed)

/**
 * What access tokens are signed with (RFC 7518, section 3.1; RFC 8037). The first has one key for
 * both ends, the others a public half.
 */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

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

export const TOKEN_STORAGES = ['memory', 'sessionStorage', 'localStorage'] as const

/** What a browser may choose. */
export type Settings = {
  mode: Mode
  accessTokenSeconds: number
  idleSeconds: number
  absoluteSeconds: number
  algorithm: Algorithm
  tokenStorage: (typeof TOKEN_STORAGES)[number]
  refresh: boolean
  revocation: 'denylist' | 'none'
  language?: 'en' | 'ko'
  theme: 'system' | 'light' | 'dark'
}

/** The secure choice of each. */
export const DEFAULTS: Settings = {
  mode: 'session',
  accessTokenSeconds: LIFETIMES.accessToken,
  idleSeconds: LIFETIMES.sessionIdle,
  absoluteSeconds: LIFETIMES.sessionAbsolute,
  algorithm: 'ES256',
  tokenStorage: 'memory',
  refresh: true,
  revocation: 'denylist',
  theme: 'system',
}
