import { createPasswords } from '../../lib/accounts/passwords.ts'
import { PASSWORD, startProcess } from '../fixtures/process.ts'
import { overHttp } from './client.ts'
import { median, timeEach } from './measure.ts'
import type { Place } from './places.ts'
import { inMilliseconds, table } from './tables.ts'

/** Fewer than the failures that are let through: an attempt counts until it was right. */
const AT_ONCE = 8
const COSTS = [10, 12]

/** How many sign in a second, and milliseconds of one hash by its cost. */
export type SignIns = { perSecond: number; hashing: { cost: number; milliseconds: number }[] }

async function measureHashing(cost: number) {
  const passwords = createPasswords({ pepper: 'a pepper for measuring', cost })
  // The first one starts a thread.
  await passwords.hash(PASSWORD)
  const { milliseconds } = await timeEach(() => passwords.hash(PASSWORD), 5)
  await passwords.close()
  return { cost, milliseconds: median(milliseconds) }
}

/** Sign-ins as fast as they go. */
export async function measureSignIns({ environment }: Place, quick: boolean): Promise<SignIns> {
  const hashing = []
  for (const cost of COSTS) hashing.push(await measureHashing(cost))
  const app = await startProcess(environment)
  const client = overHttp(app.origin)
  try {
    const body = { email: 'storm@test.example', password: PASSWORD }
    await client.send('/api/accounts', { method: 'POST', body: { ...body, name: 'Storm' } })
    const signIn = async () => {
      const { status } = await client.send('/api/session/sign-in', { method: 'POST', body })
      if (status !== 200) throw new Error(`signing in: ${status}`)
    }
    const count = quick ? AT_ONCE : AT_ONCE * 3
    const { seconds } = await timeEach(signIn, count, AT_ONCE)
    return { perSecond: count / seconds, hashing }
  } finally {
    client.close()
    await app.kill()
  }
}

export const signInsTable = ({ perSecond, hashing }: SignIns): string =>
  table(
    `Signing in: ${perSecond.toFixed(1)} a second, bcrypt at cost 12`,
    ['one hash', 'ms'],
    hashing.map(({ cost, milliseconds }) => [`cost ${cost}`, inMilliseconds(milliseconds)]),
  )
