import { dirname, join } from 'node:path'
import pg from 'pg'
import { type App, createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import { applyMigrations } from '../../scripts/lib/migrate.ts'
import { fill, idHashOf } from './fill.ts'
import { inTurn, percentilesOf, type Spread, spreadOf, timeEach } from './measure.ts'
import type { Place } from './places.ts'
import { asRange, asRatio, table, whole } from './tables.ts'

const SIZES = { full: [1_000, 30_000, 1_000_000], quick: [1_000, 30_000] }
const [ROUNDS, LOOKUPS, WARM] = [9, 400, 4000]
export const GROWTH_TARGET = 1.5

/** One lookup of a request among so many records: microseconds, and the ratio to the fewest. */
export type Grown = {
  place: string
  lookup: 'session' | 'token, denylist'
  records: number
  microseconds: Spread
  ratio: Spread
}

/** A database of its own beside that of the place, with so many records in it. */
async function openFilled({ kind, environment }: Place, records: number): Promise<App> {
  const url = environment.DATABASE_URL ?? ''
  const name = `growth_${records}`
  let own = `file:${join(dirname(url.replace(/^file:/, '')), `${name}.db`)}`
  if (kind === 'postgresql') {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`CREATE DATABASE ${name}`)
    await client.end()
    own = Object.assign(new URL(url), { pathname: `/${name}` }).href
  }
  await applyMigrations({ databaseUrl: own })
  await fill(kind as 'sqlite' | 'postgresql', own, records)
  const config = readConfig({ ...environment, DATABASE_URL: own } as unknown as NodeJS.ProcessEnv)
  return createApp(config, { writeAudit: () => undefined })
}

/** Looks up records that are spread over all there are, another each time. */
function lookupsOf(app: App, records: number) {
  let turn = 0
  const next = () => (turn++ * 7919) % records
  return {
    session: () => app.sessions.find(idHashOf(next())),
    'token, denylist': () => {
      const n = next()
      return app.tokens.standing({
        sub: `user-${Math.floor(n / 10)}`,
        sid: `family-${n}`,
        jti: `none-${n}`,
      })
    },
  }
}

/** How a lookup grows with the records there are: databases of each size, measured in turn. */
export async function measureGrowth(
  places: Place[],
  quick: boolean,
  say: (what: string) => void,
): Promise<Grown[]> {
  const all: Grown[] = []
  for (const place of places) {
    const apps: { app: App; records: number }[] = []
    try {
      for (const records of quick ? SIZES.quick : SIZES.full) {
        say(`growth: ${place.name}, ${whole(records)} records`)
        apps.push({ app: await openFilled(place, records), records })
      }
      for (const lookup of ['session', 'token, denylist'] as const)
        all.push(...(await measureLookup(place, apps, lookup)))
    } finally {
      await Promise.all(apps.map(({ app }) => app.close()))
    }
  }
  return all
}

async function measureLookup(
  { name }: Place,
  apps: { app: App; records: number }[],
  lookup: Grown['lookup'],
): Promise<Grown[]> {
  const sides = apps.map(({ app, records }) => ({
    records,
    work: lookupsOf(app, records)[lookup],
    p50: [] as number[],
  }))
  for (const { work } of sides) {
    if (!(await work())) throw new Error(`${name}: nothing was found`)
    await timeEach(work, WARM)
  }
  await inTurn(sides, ROUNDS, async ({ work, p50 }) => {
    p50.push(percentilesOf((await timeEach(work, LOOKUPS)).milliseconds).p50 * 1000)
  })
  const fewest = sides[0]?.p50 ?? []
  const toRatio = (value: number, round: number) => value / (fewest[round] ?? Number.NaN)
  return sides.map(({ records, p50 }) => ({
    place: name,
    lookup,
    records,
    microseconds: spreadOf(p50),
    ratio: spreadOf(p50.map(toRatio)),
  }))
}

export const growthTable = (all: Grown[]): string =>
  table(
    `One lookup among so many records, p50: it may take ${GROWTH_TARGET} times as long as among the fewest`,
    ['lookup', 'records', 'µs', 'ratio', 'of rounds'],
    all.map(({ place, lookup, records, microseconds, ratio }) => [
      `${lookup}: ${place}`,
      whole(records),
      whole(microseconds.median),
      asRatio(ratio.median),
      asRange(ratio, asRatio),
    ]),
  )
