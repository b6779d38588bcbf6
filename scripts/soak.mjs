import { parseArgs } from 'node:util'
import { main, Stop, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

const USAGE = `npm run soak -- [--minutes 10] [--seed 1]

What is done at random in the tests, with seeds of its own and more of it: people at instances whose clocks are apart (on SQLite, and on
PostgreSQL where it is installed, with each session store), and the built app killed with kill -9. It goes on until the minutes are over or
something is found; then it says the seed. With --seed that one alone is run.`

/** The walks are quick, and kills are slow: so much of each for one seed. */
const OPERATIONS = 60
const ROUNDS = 6

await main(async () => {
  const { minutes, seed: only } = readArguments()
  if (!(await toolchain())) return
  const { build, generate } = await import('./lib/prepare.mjs')
  const { findServers } = await import('./lib/servers.mjs')
  const { vitest } = await import('./lib/checks.mjs')
  await step('Generate', generate)
  const absent = await step('Servers', findServers)
  await step('Build', () => build())
  if (absent) console.log('What needs them is left out.')

  const deadline = performance.now() + minutes * 60_000
  let seeds = 0
  do {
    const seed = only ?? Math.floor(Math.random() * 1_000_000)
    console.log(`\nSeed ${seed}\n`)
    process.env.AUTHSCOPE_WALK_SEED = process.env.AUTHSCOPE_CRASH_SEED = String(seed)
    process.env.AUTHSCOPE_WALK_OPERATIONS = String(OPERATIONS)
    process.env.AUTHSCOPE_CRASH_ROUNDS = String(ROUNDS)
    const { code } = await vitest('tests/integration/walk.test.ts', 'tests/crash/kill.test.ts')
    if (code !== 0)
      throw new Stop(`Seed ${seed} found something. Again: npm run soak -- --seed ${seed}`)
    seeds += 1
  } while (only === undefined && performance.now() < deadline)
  console.log(`\n${seeds} ${seeds === 1 ? 'seed' : 'seeds'}, nothing found.`)
})

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    if (values.help) {
      console.log(USAGE)
      process.exit(0)
    }
    const read = text => {
      if (!/^\d{1,9}$/.test(text)) throw new Error(`"${text}" is no whole number.`)
      return Number(text)
    }
    return {
      minutes: read(values.minutes),
      seed: values.seed === undefined ? undefined : read(values.seed),
    }
  } catch (error) {
    throw new Stop(`${error.message}\n\n${USAGE}`)
  }
}
