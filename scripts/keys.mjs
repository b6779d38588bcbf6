import { existsSync } from 'node:fs'
import { databaseFile, databaseUrl, has } from './lib/paths.mjs'
import { loadSecrets } from './lib/secrets.mjs'
import { readSettings } from './lib/settings.mjs'
import { main, Stop } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

const USAGE =
  'Say `npm run keys` to list the keys, or `npm run keys rotate ES256` to make the next one of an algorithm.'

// `npm run keys`: the keys that sign access tokens. Rotating needs no restart: every instance
// learns of it within 30 seconds.
await main(async () => {
  if (!(await onOwnNode())) return
  const [action = 'list', algorithm = 'ES256', ...rest] = process.argv.slice(2)
  const { ALGORITHMS } = await import('../lib/settings/settings.ts')
  if (!['list', 'rotate'].includes(action) || !ALGORITHMS.includes(algorithm) || rest.length > 0)
    throw new Stop(USAGE)
  await withKeys(async keys => {
    if (action === 'rotate' && !(await keys.rotate(algorithm)))
      throw new Stop(
        `The next key for ${algorithm} is published already and does not sign yet: wait a minute or two.`,
      )
    for (const key of await keys.list()) console.log(toLine(key))
  })
})

async function withKeys(work) {
  process.env.AUTHSCOPE_DEMO = readSettings({
    isDeployment: process.env.NODE_ENV === 'production',
  }).demo
  if (process.env.AUTHSCOPE_DEMO === '1') loadSecrets()
  process.env.DATABASE_URL = databaseUrl()
  const isFile = process.env.DATABASE_URL.startsWith('file:')
  if (
    !has('prisma', 'sqlite', 'generated') ||
    (isFile && !existsSync(databaseFile(process.env.DATABASE_URL)))
  )
    throw new Stop(
      'There is no database yet: run `npm start` once, or `npm run migrate`, then retry.',
    )
  const { createApp } = await import('../lib/app.ts')
  const { readConfig } = await import('../lib/config.ts')
  const app = createApp(configured(readConfig))
  try {
    await work(app.keys)
  } finally {
    await app.close()
  }
}

function configured(readConfig) {
  try {
    return readConfig(process.env)
  } catch (error) {
    throw new Stop(error.message)
  }
}

function toLine({ kid, algorithm, state, signsFrom, verifiesUntil }) {
  const when = {
    announced: `signs from ${signsFrom}`,
    signing: 'signs',
    verifying: `verifies until ${verifiesUntil}`,
  }
  const until = state === 'signing' && verifiesUntil ? `, verifies until ${verifiesUntil}` : ''
  return `${kid}  ${algorithm.padEnd(5)}  ${when[state]}${until}`
}
