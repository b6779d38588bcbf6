import { z } from 'zod'

// In a page zod's compiler would try whether it may use `eval`: the policy says no, and each try is
// reported. So it is told before any schema is made: whoever makes one for a page imports this.
if (typeof window !== 'undefined') z.config({ jitless: true })

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

const TOKEN_STORAGES = ['memory', 'sessionStorage', 'localStorage'] as const

/** What a browser may choose; each member has its secure default. */
export const Settings = z.strictObject({
  mode: z.enum(MODES).default('session'),
  accessTokenSeconds: z.int().min(5).max(LIFETIMES.accessToken).default(LIFETIMES.accessToken),
  idleSeconds: z.int().min(5).max(LIFETIMES.sessionIdle).default(LIFETIMES.sessionIdle),
  absoluteSeconds: z
    .int()
    .min(10)
    .max(LIFETIMES.sessionAbsolute)
    .default(LIFETIMES.sessionAbsolute),
  algorithm: z.enum(ALGORITHMS).default('ES256'),
  tokenStorage: z.enum(TOKEN_STORAGES).default('memory'),
  refresh: z.boolean().default(true),
  revocation: z.enum(['denylist', 'none']).default('denylist'),
  language: z.enum(['en', 'ko']).exactOptional(),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
})
export type Settings = z.infer<typeof Settings>

/** What of the configuration decides what a browser may choose. */
export type Choices = { demo: boolean; algorithm: Algorithm }

/**
 * A change of some settings. Made without the defaults: a member that was not sent must not reset
 * what was chosen. Outside demo mode the two choices that weaken something do not exist, and there
 * is one algorithm.
 */
export const settingsPatch = ({ demo, algorithm }: Choices) => {
  const { shape } = Settings
  return z
    .strictObject({
      mode: z.enum(MODES),
      accessTokenSeconds: shape.accessTokenSeconds.unwrap(),
      idleSeconds: shape.idleSeconds.unwrap(),
      absoluteSeconds: shape.absoluteSeconds.unwrap(),
      algorithm: z.enum(demo ? ALGORITHMS : [algorithm]),
      tokenStorage: z.enum(demo ? TOKEN_STORAGES : ['memory', 'sessionStorage']),
      refresh: z.boolean(),
      revocation: z.enum(demo ? ['denylist', 'none'] : ['denylist']),
      language: z.enum(['en', 'ko']),
      theme: z.enum(['system', 'light', 'dark']),
    })
    .exactPartial()
}

/** The settings of a browser that chose nothing. */
export const defaultSettings = ({ algorithm }: Choices): Settings => Settings.parse({ algorithm })
