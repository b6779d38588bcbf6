import { parseArgs } from 'node:util'
import { findServers } from '../rig/programs.ts'
import { vitest } from './checks.ts'
import { build, generate } from './prepare.ts'
import { step } from './steps.mjs'
import { Stop } from './stop.mjs'

const USAGE = `npm run soak -- [--minutes 10] [--seed 1]

What is done at random in the tests, with seeds of its own and more of it: people at instances
whose clocks are apart (on SQLite, and on PostgreSQL where it is installed, with each session
store), and the built app killed with kill -9. It goes on until the minutes are over or something
is found; then it says the seed. With --seed that one alone is run.`

/** The walks are quick, and kills are slow: so much of each for one seed. */
const OPERATIONS = 60
const ROUNDS = 6

/** Does what the tests do at random, for longer. */
export async function soak(args: string[]): Promise<void> {
  const { minutes, seed: only } = readArguments(args)
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
