import { createPasswords } from '../../lib/accounts/passwords.ts'
import { PASSWORD, startProcess } from '../fixtures/process.ts'
import { overHttp } from './client.ts'
import { askWith, signInWithSession } from './credentials.ts'
import { median, percentilesOf, timeEach } from './measure.ts'
import type { Place } from './places.ts'

/** Fewer than the failures that are let through: an attempt counts until it was right. */
const AT_ONCE = 8
const SIGN_INS = 24
const READS = 300
const COSTS = [10, 12]

type Reads = { p50: number; p95: number; p99: number }
/**
 * What hashing costs, how many sign in a second, and how long reads take beside them. In
 * milliseconds.
 */
export type SignIns = {
  hashing: Record<string, number>
  perSecond: number
  quiet: Reads
  meanwhile: Reads
}

async function measureHashing(): Promise<Record<string, number>> {
  const hashing: Record<string, number> = {}
  for (const cost of COSTS) {
    const passwords = createPasswords({ pepper: 'a pepper for measuring', cost })
    // The first one starts a thread.
    await passwords.hash(PASSWORD)
    hashing[cost] = median((await timeEach(() => passwords.hash(PASSWORD), 5)).milliseconds)
    await passwords.close()
  }
  return hashing
}

/** Sign-ins as fast as they go, and reads by somebody else all the while. */
export async function measureSignIns({ environment }: Place): Promise<SignIns> {
  const hashing = await measureHashing()
  const app = await startProcess(environment)
  const [reader, storm] = [overHttp(app.origin), overHttp(app.origin)]
  try {
    const read = askWith(reader.send, await signInWithSession(reader.send, 'somebody'))
    const readMany = async (count: number) => (await timeEach(read, count)).milliseconds
    await readMany(READS)
    const quiet = percentilesOf(await readMany(READS))
    // Somebody else: the eleventh sign-in of an account ends the first.
    const body = { email: 'storm@test.example', password: PASSWORD }
    await storm.send('/api/accounts', { method: 'POST', body: { ...body, name: 'Storm' } })
    const signIn = async () => {
      const { status } = await storm.send('/api/session/sign-in', { method: 'POST', body })
      if (status !== 200) throw new Error(`signing in: ${status}`)
    }
    let isOver = false
    const storming = timeEach(signIn, SIGN_INS, AT_ONCE).finally(() => {
      isOver = true
    })
    const during: number[] = []
    while (!isOver) during.push(...(await readMany(10)))
    return {
      hashing,
      perSecond: SIGN_INS / (await storming).seconds,
      quiet,
      meanwhile: percentilesOf(during),
    }
  } finally {
    for (const { close } of [reader, storm]) close()
    await app.kill()
  }
}
