import { existsSync } from 'node:fs'
import type { KeyStatus } from '../../lib/auth/keys.ts'
import { databaseFile, databaseUrl, has, providerOf } from './paths.mjs'
import { loadSecrets } from './secrets.ts'
import { readSettings } from './settings.mjs'
import { orStop, Stop } from './stop.mjs'

const USAGE =
  'Say `npm run keys` to list the keys, or `npm run keys rotate ES256` to make the next one of an algorithm.'

/** Lists the keys that sign access tokens, or makes the next one of an algorithm. */
export async function keys(args: string[]): Promise<void> {
  const [action = 'list', named = 'ES256', ...rest] = args
  const { ALGORITHMS } = await import('../../lib/settings/settings.ts')
  const algorithm = ALGORITHMS.find(name => name === named)
  if (!['list', 'rotate'].includes(action) || !algorithm || rest.length > 0) throw new Stop(USAGE)
  const app = await openApp()
  try {
    if (action === 'rotate' && !(await app.keys.rotate(algorithm)))
      throw new Stop(
        `The next key for ${algorithm} is published already and does not sign yet: wait a minute or two.`,
      )
    for (const key of await app.keys.list()) console.log(toLine(key))
  } finally {
    await app.close()
  }
}

async function openApp() {
  const { demo } = readSettings({ isDeployment: process.env.NODE_ENV === 'production' })
  const url = databaseUrl()
  Object.assign(process.env, { AUTHSCOPE_DEMO: demo, DATABASE_URL: url })
  if (demo === '1') loadSecrets()
  const isMissing = providerOf(url) === 'sqlite' && !existsSync(databaseFile(url))
  if (isMissing || !has('prisma', 'sqlite', 'generated'))
    throw new Stop(
      'There is no database yet: run `npm start` once, or `npm run migrate`, then retry.',
    )
  const { createApp } = await import('../../lib/app.ts')
  const { readConfig } = await import('../../lib/config.ts')
  return createApp(orStop(() => readConfig(process.env)))
}

function toLine({ kid, algorithm, state, signsFrom, verifiesUntil }: KeyStatus): string {
  const when = {
    announced: `signs from ${signsFrom}`,
    signing: 'signs',
    verifying: `verifies until ${verifiesUntil}`,
  }
  const until = state === 'signing' && verifiesUntil ? `, verifies until ${verifiesUntil}` : ''
  return `${kid}  ${algorithm.padEnd(5)}  ${when[state]}${until}`
}
