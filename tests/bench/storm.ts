import { startProcess } from '../fixtures/process.ts'
import { credentialFor } from './credentials.ts'
import { load } from './load.ts'
import { type Percentiles, percentilesOf, type Spread, spreadOf } from './measure.ts'
import { pace, paceFor } from './pace.ts'
import { createAccounts, crowd, somebody } from './people.ts'
import type { Place } from './places.ts'
import { asRange, asRatio, inMilliseconds, table, whole } from './tables.ts'
import { variantOf } from './variants.ts'

const PEOPLE = 50
/** Seconds without a storm, beside each one of them. */
const LONGEST_QUIET = 10
const ROUNDS = { full: 3, quick: 1 }
export const STORM_TARGET = 2

/**
 * Reads by a session while nobody signs in, and while fifty do at once, in milliseconds. `p99` is
 * the ratio of the second to the first, by rounds; `seconds` is how long a storm lasted.
 */
export type Storm = {
  perSecond: number
  quiet: Percentiles
  meanwhile: Percentiles
  p99: Spread
  seconds: number
}

/** Reads at a quarter of capacity, without and during a storm of fifty simultaneous sign-ins. */
export async function measureStorm(place: Place, quick: boolean): Promise<Storm> {
  const people = crowd('storm', PEOPLE, at => `198.51.100.${at + 1}`)
  await createAccounts(place, people)
  const app = await startProcess(place.environment)
  const all = people.map(person => somebody(app.origin, person))
  try {
    const variant = variantOf('session-sqlite-verify')
    const headers = await credentialFor(app.origin, variant)
    const target = { origin: app.origin, path: variant.route, headers }
    await load(target, 16, 3)
    const perSecond = Math.round((await load(target, 16, 3)).perSecond / 4)

    const rounds = []
    let took = 0
    for (let round = 0; round < (quick ? ROUNDS.quick : ROUNDS.full); round += 1) {
      const started = performance.now()
      let isOver = false
      const storm = Promise.all(all.map(one => one.signIn('session'))).finally(() => {
        isOver = true
      })
      const meanwhile = await pace(target, perSecond, () => isOver)
      if ((await storm).some(({ status }) => status !== 200)) throw new Error('not all signed in')
      const seconds = (performance.now() - started) / 1000
      took += seconds
      const quiet = await paceFor(target, perSecond, Math.min(seconds, LONGEST_QUIET))
      rounds.push({ quiet, meanwhile })
    }
    const p99 = rounds.map(
      ({ quiet, meanwhile }) => percentilesOf(meanwhile).p99 / percentilesOf(quiet).p99,
    )
    return {
      perSecond,
      quiet: percentilesOf(rounds.flatMap(({ quiet }) => quiet)),
      meanwhile: percentilesOf(rounds.flatMap(({ meanwhile }) => meanwhile)),
      p99: spreadOf(p99),
      seconds: took / rounds.length,
    }
  } finally {
    for (const one of all) one.close()
    await app.kill()
  }
}

export const stormTable = ({ perSecond, quiet, meanwhile, p99, seconds }: Storm): string =>
  table(
    `${whole(perSecond)} reads a second by a session, a quarter of what was measured before, while
fifty sign in at once, which takes ${seconds.toFixed(1)} s: p99 ${asRatio(p99.median)} times that without
(${asRange(p99, asRatio)}; it may be ${STORM_TARGET})`,
    ['reads, ms', 'p50', 'p95', 'p99'],
    Object.entries({ 'nobody signing in': quiet, 'fifty signing in': meanwhile }).map(
      ([who, { p50, p95, p99 }]) => [who, ...[p50, p95, p99].map(inMilliseconds)],
    ),
  )
