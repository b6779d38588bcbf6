import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { databaseFile, databaseUrl, providerOf } from '../scripts/lib/paths.mjs'
import { holdToPepper } from '../scripts/lib/pepper.ts'
import { loadSecrets } from '../scripts/lib/secrets.ts'
import type { readSettings } from '../scripts/lib/settings.mjs'
import { orStop, Stop } from '../scripts/lib/stop.mjs'

/** What the server is told by its environment, as it is read before anything is started. */
export type Settings = ReturnType<typeof readSettings>

/** The address people open, and the one by which the app calls itself. */
export function addresses(
  { hosts: [host = 'localhost'], isLocal }: Pick<Settings, 'hosts' | 'isLocal'>,
  port: number,
): { shown: string; own: string } {
  const wild = host === '0.0.0.0' || host === '::'
  const own = wild ? '127.0.0.1' : isIP(host) === 6 ? `[${host}]` : host
  return {
    shown: `http://${isLocal || wild ? 'localhost' : own}:${port}`,
    own: `http://${own}:${port}`,
  }
}

/**
 * Puts what the app reads into the environment where it is not there yet. Stops the start with a
 * sentence when the app could not run with it.
 */
export async function completeEnvironment(
  { demo, isLocal }: Settings,
  { dev }: { dev: boolean },
): Promise<void> {
  const url = databaseUrl()
  Object.assign(process.env, {
    NODE_ENV: dev ? 'development' : 'production',
    AUTHSCOPE_DEMO: demo,
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: url,
  })
  if (isLocal && demo === '1') loadSecrets()
  const { readConfig } = await import('../lib/config.ts')
  orStop(() => readConfig(process.env))
  if (providerOf(url) === 'sqlite' && !existsSync(databaseFile(url))) {
    throw new Stop('The database does not exist yet: run `npm run migrate`, then retry.')
  }
  await holdToPepper()
}
