import { ALGORITHMS, type Algorithm } from './algorithms.ts'
import { LIFETIMES } from './lifetimes.ts'
import { z } from './schema.ts'

export { ALGORITHMS, type Algorithm } from './algorithms.ts'
export { LIFETIMES } from './lifetimes.ts'

export const MODES = ['session', 'token'] as const
export type Mode = (typeof MODES)[number]

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
  language: z.enum(['en', 'ko']).optional(),
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
    .partial()
}

/** The settings of a browser that chose nothing. */
export const defaultSettings = ({ algorithm }: Choices): Settings => Settings.parse({ algorithm })
