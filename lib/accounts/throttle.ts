import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { type Clock, MINUTE, secondsBetween } from '../clock.ts'
import { accept, type Result, refuse } from '../result.ts'
import type { Database } from '../store/database.ts'
import type { Trace } from '../wire/trace.ts'

/** ASVS 5.0, 6.3.1: guessing must not pay. */
const LIMIT = 10
const WINDOW = 15 * MINUTE
/** Sign-ups from one address in the same time: a class with a projector may, a script may not. */
const SIGN_UP_LIMIT = 300

type Counter = { failures: number; expiresAt: Date }

/**
 * Counts sign-in attempts per account and per address, in the database, so that all instances count together.
 * An attempt is counted before the password is looked at, and taken back when it was right: parallel guesses cannot overtake the count.
 */
export function createThrottle(database: Database, clock: Clock, pepper: string) {
  // Keys are hashed: the table of failures must not be a list of the people who tried.
  const keyOf = (kind: string, value: string) =>
    createHmac('sha256', pepper).update(`${kind}:${value}`).digest('base64url')

  async function count(key: string): Promise<Counter> {
    const now = clock.now()
    const end = new Date(now.getTime() + WINDOW)
    const [counter] = await database.$queryRaw<Counter[]>`
      INSERT INTO "Attempt" ("key", "failures", "expiresAt") VALUES (${key}, 1, ${end})
      ON CONFLICT ("key") DO UPDATE SET
        "failures" = CASE WHEN "Attempt"."expiresAt" <= ${now} THEN 1 ELSE "Attempt"."failures" + 1 END,
        "expiresAt" = CASE WHEN "Attempt"."expiresAt" <= ${now} THEN ${end} ELSE "Attempt"."expiresAt" END
      RETURNING "failures", "expiresAt"`
    if (!counter) throw new Error('the database counted nothing')
    return counter
  }

  const refuseUntil = (end: Date) =>
    refuse('too_many_attempts', { retryAfterSeconds: Math.max(1, secondsBetween(clock.now(), end)) })

  return {
    /**
     * Counts one attempt. Refused with 429 once 10 have failed within 15 minutes, for right and wrong passwords alike.
     * The value takes the attempt back: to be called when the password was right.
     */
    async begin(trace: Trace, email: string, address: string): Promise<Result<() => Promise<void>>> {
      const since = trace.since()
      const keys = [keyOf('account', email), keyOf('address', networkOf(address))] as const
      const origin = await count(keys[1])
      // An address that is over its limit is turned away before it can use up an account's.
      const account = origin.failures > LIMIT ? null : await count(keys[0])
      trace.tell(
        'attempt.counted',
        () => ({ account: account?.failures ?? null, address: origin.failures, limit: LIMIT }),
        since,
      )
      const over = [origin, ...(account ? [account] : [])].filter(counter => counter.failures > LIMIT)
      const counted = account ? [...keys] : [keys[1]]
      // One after the other: a statement that holds one counter while it waits for the other could wait for its like forever.
      const takeBack = async () => {
        for (const key of counted)
          await database.attempt.updateMany({
            where: { key, failures: { gt: 0 } },
            data: { failures: { decrement: 1 } },
          })
      }
      if (over.length === 0) return accept(takeBack)
      // Turned away, so nothing was tried: of many right ones at once those that were too many leave no mark.
      await takeBack()
      const until = Math.max(...over.map(counter => counter.expiresAt.getTime()))
      return refuseUntil(new Date(until))
    },

    /** Counts one sign-up from an address; refused once there have been too many in 15 minutes, so that nobody keeps the workers busy. */
    async beginSignUp(address: string): Promise<Result<null>> {
      const counter = await count(keyOf('sign-up', networkOf(address)))
      if (counter.failures <= SIGN_UP_LIMIT) return accept(null)
      return refuseUntil(counter.expiresAt)
    },

    async sweep(): Promise<number> {
      const { count } = await database.attempt.deleteMany({ where: { expiresAt: { lte: clock.now() } } })
      return count
    },
  }
}

export type Throttle = ReturnType<typeof createThrottle>

/** The network an address counts as: itself, or the /64 of an IPv6 address, since one subscriber has all of it. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  // IPv4 carried in IPv6 is IPv4: else all of it would be one network.
  const carried = /^(?:0*:)+ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (carried) return carried
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
