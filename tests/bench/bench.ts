import { type App, createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import type { Options } from '../../scripts/lib/bench-options.mjs'
import { elapsed } from '../../scripts/lib/steps.mjs'
import { againstTable, readReport } from './against.ts'
import { measureBytes } from './bytes.ts'
import { measureCrowds } from './crowds.ts'
import { writeTables } from './document.ts'
import { measureGrowth } from './growth.ts'
import { type Machine, readMachine } from './machine.ts'
import { measurePeers, peerVersions } from './peers.ts'
import { openPlaces, type Place } from './places.ts'
import { drawPlots } from './plots.ts'
import { print } from './print.ts'
import { profile } from './profile.ts'
import { measureRequests, REQUESTS, REQUESTS_QUICK } from './requests.ts'
import { measureSignIns } from './sign-ins.ts'
import { measureStart } from './start.ts'
import { measureStorage } from './storage.ts'
import { measureStorm } from './storm.ts'
import { measureWire } from './wire.ts'

type Results = Awaited<ReturnType<typeof measure>>
export type Report = {
  machine: Machine
  parameters: Record<string, unknown>
  /** The versions of what others were measured with. */
  peers: Record<string, string> | null
  results: Results
  seconds: number
}

/** Measures what is asked for and prints it: as tables, or as JSON for programs. */
export async function bench(options: Options): Promise<void> {
  const { quick, json, against } = options
  const started = performance.now()
  const say = (what: string) => process.stderr.write(`… ${what}, ${elapsed(started)}\n`)
  if (options.profile !== undefined) return profile(options.profile, say)
  const earlier = against === undefined ? null : readReport(against)
  const results = await measure(options, say)
  const report: Report = {
    machine: readMachine(),
    parameters: { quick, requests: quick ? REQUESTS_QUICK : REQUESTS },
    peers: results.peers && peerVersions(),
    results,
    seconds: Math.round((performance.now() - started) / 1000),
  }
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else print(report)
  if (options.plots)
    console.log(`\nWritten: ${[...drawPlots(report), ...writeTables(report)].join(', ')}`)
  if (earlier) console.log(againstTable(earlier, report))
}

async function measure({ only, quick }: Options, say: (what: string) => void) {
  const { places, close } = await openPlaces()
  const [sqlite] = places
  if (!sqlite) throw new Error('there is no SQLite')
  const databases = places.filter(({ kind }) => kind === 'sqlite' || kind === 'postgresql')
  /** Null what was not asked for. */
  async function when<Result>(name: Options['only'][number], work: () => Promise<Result>) {
    if (!only.includes(name)) return null
    say(name)
    return work()
  }
  try {
    return {
      requests: await when('requests', () => measureRequests(places, quick, say)),
      wire: await when('wire', () => measureWire(sqlite, quick)),
      storm: await when('storm', () => measureStorm(sqlite, quick)),
      signIns: await when('sign-ins', () => measureSignIns(sqlite, quick)),
      crowds: await when('crowds', () => measureCrowds(sqlite, quick)),
      bytes: await when('bytes', () => measureBytes(sqlite)),
      storage: await when('storage', () => withApps(places, measureStorage)),
      growth: await when('growth', () => measureGrowth(databases, quick, say)),
      peers: await when('peers', () => measurePeers(quick, say)),
      start: await when('start', () => measureStart(say)),
    }
  } finally {
    await close()
  }
}

/** The apps of these places in this process, for as long as the work takes. */
async function withApps<Result>(
  places: Place[],
  work: (apps: { app: App; place: Place }[]) => Promise<Result>,
): Promise<Result> {
  const apps = places.map(place => {
    const config = readConfig(place.environment as unknown as NodeJS.ProcessEnv)
    return { place, app: createApp(config, { writeAudit: () => undefined }) }
  })
  try {
    return await work(apps)
  } finally {
    await Promise.all(apps.map(({ app }) => app.close()))
  }
}
