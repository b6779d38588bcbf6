import { startProcess } from '../fixtures/process.ts'
import { percentilesOf } from './measure.ts'
import { createAccounts, crowd, type Person, somebody, type Tried } from './people.ts'
import type { Place } from './places.ts'
import { table } from './tables.ts'

const STORM = { addresses: 8, atOnce: 10, milliseconds: 30_000 }
const OTHERS = 12
const PUPILS = 30

/**
 * How many tried to sign in, how many of them are in, and how long the middle one and the last
 * waited, in seconds.
 */
export type Crowd = { who: string; tried: number; signedIn: number; p50: number; longest: number }

const crowdOf = (who: string, all: Tried[]): Crowd => {
  const seconds = all.filter(({ status }) => status === 200).map(tried => tried.seconds)
  const longest = Math.max(...seconds)
  return {
    who,
    tried: all.length,
    signedIn: seconds.length,
    p50: percentilesOf(seconds).p50,
    longest,
  }
}

/**
 * Eight addresses that sign in as fast as they can, ten at a time each, and twelve people beside
 * them; then a class behind one address that signs in at once, in both modes.
 */
export async function measureCrowds(place: Place, quick: boolean): Promise<Crowd[]> {
  const eight = crowd('eight', STORM.addresses, at => `198.51.100.${at + 1}`)
  const twelve = crowd('twelve', OTHERS, at => `192.0.2.${at + 1}`)
  const pupils = crowd('pupil', PUPILS, () => '203.0.113.1')
  await createAccounts(place, [...eight, ...twelve, ...pupils])
  const app = await startProcess(place.environment)
  const open: { close(): void }[] = []
  const at = (person: Person) => {
    const one = somebody(app.origin, person)
    open.push(one)
    return one
  }
  try {
    const end = performance.now() + STORM.milliseconds / (quick ? 4 : 1)
    const storm: Tried[] = []
    const storming = eight.map(at).flatMap(one =>
      Array.from({ length: STORM.atOnce }, async () => {
        while (performance.now() < end) storm.push(await one.signIn('session'))
      }),
    )
    // Beside the storm, not before it: every one of its places has been waiting.
    await eight.map(at)[0]?.signIn('session')
    const beside = await Promise.all(twelve.map(person => at(person).signIn('session')))
    await Promise.all(storming)
    const both = pupils.flatMap(person => [
      at(person).signIn('session'),
      at(person).signIn('token'),
    ])
    return [
      crowdOf('eight addresses, ten at a time each', storm),
      crowdOf('twelve others beside them', beside),
      crowdOf('thirty behind one address, in both modes at once', await Promise.all(both)),
    ]
  } finally {
    for (const one of open) one.close()
    await app.kill()
  }
}

export const crowdsTable = (crowds: Crowd[]): string =>
  table(
    'Crowds that sign in with the right password: how many are in, and how long they waited',
    ['who', 'tried', 'signed in', 'p50, s', 'longest, s'],
    crowds.map(({ who, tried, signedIn, p50, longest }) => [
      who,
      tried,
      signedIn,
      p50.toFixed(1),
      longest.toFixed(1),
    ]),
  )
