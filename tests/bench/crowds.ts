import { createApp } from '../../lib/app.ts'
import { readConfig } from '../../lib/config.ts'
import { type AppProcess, PASSWORD, startProcess } from '../fixtures/process.ts'
import { overHttp } from './client.ts'
import { percentilesOf } from './measure.ts'
import type { Place } from './places.ts'

const STORM = { addresses: 8, atOnce: 10, milliseconds: 30_000 }
const OTHERS = 12
const PUPILS = 30

/**
 * How many tried to sign in, how many of them are in, and how long the middle one and the last
 * waited, in seconds.
 */
export type Crowd = { who: string; tried: number; signedIn: number; p50: number; longest: number }
type Tried = { status: number; seconds: number }
type Person = { email: string; address: string }

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

/** Makes accounts with one password and so one hash: what is measured begins when they sign in. */
async function createAccounts({ environment }: Place, emails: string[]): Promise<void> {
  const app = createApp(readConfig(environment as unknown as NodeJS.ProcessEnv))
  const hashed = await app.passwords.hash(PASSWORD)
  if (!hashed.ok) throw new Error(hashed.reason)
  const [role, passwordHash, now] = ['reader' as const, hashed.value, app.clock.now()]
  for (const email of emails)
    await app.accounts.create({ email, name: 'Crowd', role, passwordHash, now })
  await app.close()
}

/** Somebody at a browser of their own. */
function somebody({ origin }: AppProcess, { email, address }: Person) {
  const client = overHttp(origin)
  const headers = { 'x-forwarded-for': address }
  return {
    close: client.close,
    async signIn(mode: 'session' | 'token'): Promise<Tried> {
      const started = performance.now()
      const body = { email, password: PASSWORD }
      const { status } = await client.send(`/api/${mode}/sign-in`, {
        method: 'POST',
        body,
        headers,
      })
      return { status, seconds: (performance.now() - started) / 1000 }
    },
  }
}

/**
 * Eight addresses that sign in as fast as they can, ten at a time each, and twelve people beside
 * them; then a class behind one address that signs in at once, in both modes.
 */
export async function measureCrowds(place: Place): Promise<Crowd[]> {
  const crowd = (name: string, count: number, address: (at: number) => string): Person[] =>
    Array.from({ length: count }, (_, at) => ({
      email: `${name}-${at}@bench.example`,
      address: address(at),
    }))
  const eight = crowd('eight', STORM.addresses, at => `198.51.100.${at + 1}`)
  const twelve = crowd('twelve', OTHERS, at => `192.0.2.${at + 1}`)
  const pupils = crowd('pupil', PUPILS, () => '203.0.113.1')
  await createAccounts(
    place,
    [...eight, ...twelve, ...pupils].map(({ email }) => email),
  )
  const app = await startProcess(place.environment)
  const open: { close(): void }[] = []
  const at = (person: Person) => {
    const one = somebody(app, person)
    open.push(one)
    return one
  }
  try {
    const end = performance.now() + STORM.milliseconds
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
