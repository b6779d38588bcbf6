import { z } from 'zod'
import {
  ALGORITHMS,
  type Algorithm,
  DEFAULTS,
  LIFETIMES,
  MODES,
  type Settings,
  TOKEN_STORAGES,
} from './settings.ts'

// Apart from the settings themselves, which a page uses too: what checks them is the server's alone.

const shape = {
  mode: z.enum(MODES),
  accessTokenSeconds: z.int().min(5).max(LIFETIMES.accessToken),
  idleSeconds: z.int().min(5).max(LIFETIMES.sessionIdle),
  absoluteSeconds: z.int().min(10).max(LIFETIMES.sessionAbsolute),
  algorithm: z.enum(ALGORITHMS),
  tokenStorage: z.enum(TOKEN_STORAGES),
  refresh: z.boolean(),
  revocation: z.enum(['denylist', 'none']),
  language: z.enum(['en', 'ko']),
  theme: z.enum(['system', 'light', 'dark']),
}

/** Settings as a browser brings them: what it did not choose is as it is by default. */
export const StoredSettings = z
  .strictObject(shape)
  .exactPartial()
  .transform((chosen): Settings => ({ ...DEFAULTS, ...chosen }))

/** What of the configuration decides what a browser may choose. */
export type Choices = { demo: boolean; algorithm: Algorithm }

/**
 * A change of some settings. Made without the defaults: a member that was not sent must not reset
 * what was chosen. Outside demo mode the two choices that weaken something do not exist, and there
 * is one algorithm.
 */
export const settingsPatch = ({ demo, algorithm }: Choices) =>
  z
    .strictObject({
      ...shape,
      algorithm: z.enum(demo ? ALGORITHMS : [algorithm]),
      tokenStorage: z.enum(demo ? TOKEN_STORAGES : ['memory', 'sessionStorage']),
      revocation: z.enum(demo ? ['denylist', 'none'] : ['denylist']),
    })
    .exactPartial()

/** The settings of a browser that chose nothing. */
export const defaultSettings = ({ algorithm }: Choices): Settings => ({ ...DEFAULTS, algorithm })
