import { availableParallelism, totalmem } from 'node:os'
import { createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import { measureGrowth } from './growth.ts'
import { openPlaces } from './places.ts'
import { measureInProcess, measureOverHttp } from './requests.ts'
import { measureSignIns } from './sign-ins.ts'
import { measureStorage } from './storage.ts'
import { measureCrowds } from './storm.ts'
import { print } from './tables.ts'

const SIZES = [1_000, 10_000, 100_000]
const MILLION = 1_000_000

export type Report = Awaited<ReturnType<typeof measureAll>>

/**
 * Measures everything and prints it: as tables, or as JSON for programs. Nothing is asserted of how
 * long anything takes.
 */
export async function bench({ json, million }: { json: boolean; million: boolean }): Promise<void> {
  const say = (what: string) => process.stderr.write(json ? '' : `… ${what}\n`)
  const report = await measureAll(million ? [...SIZES, MILLION] : SIZES, say)
  if (json) console.log(JSON.stringify(report, null, 2))
  else print(report)
}

async function measureAll(sizes: number[], say: (what: string) => void) {
  const started = performance.now()
  const { places, close } = await openPlaces()
  const apps = places.map(place => {
    const config = readConfig(place.environment as unknown as NodeJS.ProcessEnv)
    return { place, app: createApp(config, { writeAudit: () => undefined }) }
  })
  try {
    const databases = apps.filter(
      ({ place }) => place.kind === 'sqlite' || place.kind === 'postgresql',
    )
    const [, sqlite] = places
    if (!sqlite) throw new Error('there is no SQLite')
    say('requests in the process')
    const inProcess = await measureInProcess(apps)
    say('requests over HTTP')
    const overHttp = await measureOverHttp(places)
    say('sign-ins')
    const signIns = await measureSignIns(sqlite)
    say('crowds that sign in')
    const crowds = await measureCrowds(sqlite)
    say('what is stored')
    const storage = await measureStorage(apps)
    say(`lookups among up to ${sizes.at(-1)} records`)
    const growth = await measureGrowth(databases, sizes)
    const machine = {
      node: process.versions.node,
      cores: availableParallelism(),
      gibibytes: Math.round(totalmem() / 2 ** 30),
      date: new Date().toISOString().slice(0, 10),
      seconds: Math.round((performance.now() - started) / 1000),
    }
    return {
      machine,
      inProcess,
      overHttp: overHttp.requests,
      bytes: overHttp.bytes,
      signIns,
      crowds,
      storage,
      growth,
    }
  } finally {
    await Promise.all(apps.map(({ app }) => app.close()))
    await close()
  }
}
