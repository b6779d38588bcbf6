import { parseArgs } from 'node:util'
import { main, Stop, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

const COVERS = `Once, all that \`npm test\` leaves out:
  - every test of the database on PostgreSQL too, also those that have nothing to do with SQL;
  - several instances and each way to lose a store, with every kind of session store;
  - kill -9 in the places that \`npm test\` does not go to: on PostgreSQL, and with Redis;
  - what is done at random, with more seeds, more operations and longer: walks, malformed requests,
    queues, limits, orders of acts, browsers that come and go.
Then, for so many minutes or until something is found, with seeds of its own:
  - people at instances whose clocks are apart, with each session store, on both databases;
  - the built app killed with kill -9.
What needs PostgreSQL, Redis, Memcached or nginx is left out where they are not installed.`

const USAGE = `npm run soak -- [--minutes 10] [--seed 1]

The same tests as \`npm test\` (but for those of the browser), with larger numbers.
${COVERS}
A seed that finds something is said at the end. With --seed that one alone is run.`

/** What is done at random with a seed. */
const RANDOM = ['tests/integration/walk.test.ts', 'tests/crash/kill.test.ts']

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

  process.env.AUTHSCOPE_SOAK = '1'
  if (only === undefined) {
    console.log(`\n${COVERS}\n`)
    if ((await vitest()).code !== 0) throw new Stop('Something was found: it is shown above.')
  }
  const deadline = performance.now() + minutes * 60_000
  let seeds = 0
  while (only === undefined ? performance.now() < deadline : seeds === 0) {
    const seed = only ?? Math.floor(Math.random() * 1_000_000)
    console.log(`\nSeed ${seed}\n`)
    process.env.AUTHSCOPE_SEED = String(seed)
    if ((await vitest(...RANDOM)).code !== 0)
      throw new Stop(`Seed ${seed} found something. Again: npm run soak -- --seed ${seed}`)
    seeds += 1
  }
  const counted = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`
  console.log(`\n${only === undefined ? `All tests, and ${counted}` : counted}: nothing found.`)
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
