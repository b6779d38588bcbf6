import type { Options } from '../../scripts/lib/bench-options.mjs'
import { readMachine } from './machine.ts'
import { openPlaces } from './places.ts'
import { REQUESTS_HEADING, requestTable } from './request-table.ts'
import { type Measured, measureRequests, REQUESTS, REQUESTS_QUICK } from './requests.ts'
import { machineLine } from './tables.ts'

export type Results = { requests?: Measured[] }
export type Report = {
  machine: ReturnType<typeof readMachine>
  parameters: Record<string, unknown>
  results: Results
  seconds: number
}

/** Measures what is asked for and prints it: as tables, or as JSON for programs. */
export async function bench(options: Options): Promise<void> {
  const started = performance.now()
  const say = (what: string) => process.stderr.write(`… ${what}\n`)
  const results = await measure(options, say)
  const { quick } = options
  const report: Report = {
    machine: readMachine(),
    parameters: { quick, requests: quick ? REQUESTS_QUICK : REQUESTS },
    results,
    seconds: Math.round((performance.now() - started) / 1000),
  }
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else print(report)
}

async function measure({ only, quick }: Options, say: (what: string) => void): Promise<Results> {
  const results: Results = {}
  const { places, close } = await openPlaces()
  try {
    if (only.includes('requests')) results.requests = await measureRequests(places, quick, say)
  } finally {
    await close()
  }
  return results
}

function print({ machine, results, seconds }: Report): void {
  console.log(machineLine(machine))
  if (results.requests) console.log(requestTable(REQUESTS_HEADING, results.requests))
  console.log(`\nMeasured in ${seconds} s.`)
}
