import { findServers } from '../rig/programs.ts'
import type { Options } from './bench-options.mjs'
import { build, generate } from './prepare.ts'
import { step } from './steps.mjs'

/** Measures what a session and a token cost, on this machine, now: of the app as it is built. */
export async function bench(options: Options): Promise<void> {
  await step('Generate', generate)
  const absent = await step('Servers', findServers)
  await step('Build', () => build())
  if (absent) console.log('What needs them is left out.')
  const { bench } = await import('../../tests/bench/bench.ts')
  await bench(options)
}
