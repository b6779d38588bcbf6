import { parseArgs } from 'node:util'
import { findServers } from '../rig/programs.ts'
import { findBrowser } from './browser.ts'
import { playwright, vitest } from './checks.ts'
import { build, generate } from './prepare.ts'
import { step } from './steps.mjs'
import { Stop } from './stop.mjs'

const COVERS = `Once, all that \`npm test\` leaves out:
  - every test of the database on both databases, also where one stands for the other;
  - several instances and each way to lose a store, with every kind of session store;
  - kill -9 in the places that \`npm test\` does not go to: on PostgreSQL, and with Redis;
  - what is done at random, with more seeds, more operations and longer: walks, malformed requests,
    queues, limits, orders of acts, browsers that come and go;
  - every page in every language, theme and width, and the server of the browser tests killed.
Then, for so many minutes or until something is found, with seeds of its own:
  - people at instances whose clocks are apart, with each session store, on both databases;
  - the built app killed with kill -9.
What needs PostgreSQL, Redis, Memcached or nginx is left out where they are not installed.`

const USAGE = `npm run soak -- [--minutes 10] [--seed 1]

The same tests as \`npm test\`, with larger numbers.
${COVERS}
A seed that finds something is said at the end. With --seed that one alone is run.`

/** What is done at random with a seed. */
const RANDOM = ['tests/integration/walk.test.ts', 'tests/crash/kill.test.ts']

/** Does all that the tests leave out, once; then what they do at random, for longer. */
export async function soak(args: string[]): Promise<void> {
  const { minutes, seed: only } = readArguments(args)
  await step('Generate', generate)
  await step('Browser', findBrowser)
  const absent = await step('Servers', findServers)
  await step('Build', () => build())
  if (absent) console.log('What needs them is left out.')

  process.env.AUTHSCOPE_SOAK = '1'
  if (only === undefined) {
    console.log(`\n${COVERS}\n`)
    for (const tests of [vitest, playwright])
      if ((await tests()).code !== 0) throw new Stop('Something was found: it is shown above.')
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
}

function readArguments(args: string[]) {
  const { minutes, seed, help } = parse(args)
  if (help) {
    console.log(USAGE)
    process.exit(0)
  }
  return { minutes: toNumber(minutes), seed: seed === undefined ? undefined : toNumber(seed) }
}

function parse(args: string[]) {
  const minutes = { type: 'string', default: '10' } as const
  const seed = { type: 'string' } as const
  const help = { type: 'boolean' } as const
  try {
    return parseArgs({ args, options: { minutes, seed, help } }).values
  } catch (error) {
    throw error instanceof Error ? new Stop(`${error.message}\n\n${USAGE}`) : error
  }
}

function toNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Stop(`"${text}" is no whole number.\n\n${USAGE}`)
}
