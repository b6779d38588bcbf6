import { accept, type Result, refuse } from '../http/result.ts'
import { MODES, type Mode, type Settings } from '../settings/settings.ts'
import type { StepDetails } from '../wire/steps.ts'
import type { Trace } from '../wire/trace.ts'

type Because = StepDetails['mode.chosen']['because']

const isMode = (value: string): value is Mode => MODES.includes(value as Mode)

/**
 * Which mechanism guards a request: the one its address names; else the header `Auth-Mode`; else
 * this browser's settings; else token if there is an Authorization header; else session. `settings`
 * is null for a browser that has none.
 */
export async function chooseMode(
  headers: Headers,
  routeMode: Mode | null,
  settings: (() => Promise<Settings>) | null,
  trace: Trace,
): Promise<Result<Mode>> {
  const asked = headers.get('auth-mode')
  if (asked !== null && !isMode(asked)) return refuse('invalid_mode')
  const [mode, because] = await choose(routeMode, asked, settings, headers.has('authorization'))
  trace.tell('mode.chosen', () => ({ mode, because }))
  return accept(mode)
}

async function choose(
  routeMode: Mode | null,
  asked: Mode | null,
  settings: (() => Promise<Settings>) | null,
  authorized: boolean,
): Promise<[Mode, Because]> {
  if (routeMode) return [routeMode, 'route']
  if (asked) return [asked, 'header']
  if (settings) return [(await settings()).mode, 'settings']
  if (authorized) return ['token', 'authorization']
  return ['session', 'default']
}
