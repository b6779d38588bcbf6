import { createHmac } from 'node:crypto'
import { type Clock, secondsBetween } from '../clock.ts'
import { networksOf } from '../http/network.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { createHandle } from '../random.ts'
import { type Attempts, LAPSE, type Limit } from '../store/attempts.ts'
import type { Trace } from '../wire/trace.ts'
import { createLines } from './lines.ts'

/**
 * ASVS 5.0, 6.3.1: guessing must not pay, and must turn away nobody else. How many may fail within
 * `WINDOW`.
 */
export const LIMITS = {
  account_and_address: 10,
  account: 100,
  address: 300,
  site: 3000,
  known_browser: 10,
  sign_in: 10,
} as const

/**
 * What an attempt is counted by: an account and where it comes from, an account alone, a network,
 * or what was signed in with before.
 */
export type Per = keyof typeof LIMITS
type Counted = Limit & { per: Per }
export type Limits = Counted[]

/**
 * How long an attempt waits for those under way, in milliseconds: they are over by then, or have
 * lapsed.
 */
const PATIENCE = LAPSE * 1000
/** How often it looks whether those on other instances are over, in milliseconds. */
const AGAIN = 150

/**
 * One attempt that was let in. What was found is told only after it was ended, or parallel guesses
 * would be more than the limit.
 */
export type Attempt = {
  /**
   * Refused when it took so long that others were let in for it, and there is no room any more:
   * then nothing may be told.
   */
  end(outcome: 'passed' | 'failed' | 'not_tried'): Promise<Result<null>>
}

/**
 * Counts attempts at passwords, on all instances together. An attempt is noted before the password
 * is looked at. At a limit those under way are waited for: only failures refuse.
 */
export function createThrottle(attempts: Attempts, clock: Clock, pepper: string) {
  const lines = createLines()

  // Keys are hashed: the table of failures must not be a list of the people who tried.
  const counted = (per: Per, ...of: string[]): Counted => ({
    per,
    limit: LIMITS[per],
    key: createHmac('sha256', pepper)
      .update(JSON.stringify([per, ...of]))
      .digest('base64url'),
  })

  /** A network, and for IPv6 the site it is of, which has ten times as many. */
  const ofNetworks = (address: string, ...more: string[]) =>
    networksOf(address).map((network, index) =>
      counted(index === 0 ? 'address' : 'site', network, ...more),
    )

  const ofAccountAndAddress = (email: string, address: string, ...more: string[]) =>
    counted('account_and_address', email, networksOf(address)[0] ?? address, ...more)

  const tooMany = (untilAt: Date) =>
    refuse('too_many_attempts', {
      retryAfterSeconds: Math.max(1, secondsBetween(clock.now(), untilAt)),
    })

  /**
   * How near each of the limits is, and when the last of those that are reached has room again, or
   * null.
   */
  async function look(limits: Limits) {
    const found = await attempts.failures(limits, clock.now())
    const counts = limits.map(({ per, limit }, index) => ({
      per,
      failures: found[index]?.failures ?? 0,
      limit,
    }))
    const reached = found.filter(
      (_, index) => (counts[index]?.failures ?? 0) >= (limits[index]?.limit ?? 0),
    )
    return { counts, fullUntil: reached.map(({ untilAt }) => untilAt).reduce(later, null) }
  }

  function toAttempt(id: string, limits: Limits): Attempt {
    return {
      async end(outcome) {
        const now = clock.now()
        const isNoted =
          outcome === 'failed' ? await attempts.fail(id, now) : await attempts.release(id, now)
        if (isNoted || outcome === 'not_tried') return accept(null)
        // It has lapsed. As long as there is room, it counts as one that begins now.
        const again = createHandle()
        if (!(await attempts.claim(again, limits, now, outcome === 'failed'))) return busy
        if (outcome === 'passed') await attempts.release(again, now)
        return accept(null)
      },
    }
  }

  /** Counts something that is limited whatever becomes of it. */
  async function countOne(limits: Limits): Promise<Result<null>> {
    const isLetIn = await attempts.claim(createHandle(), limits, clock.now(), true)
    if (isLetIn) return accept(null)
    return tooMany((await look(limits)).fullUntil ?? clock.now())
  }

  return {
    /**
     * A sign-in from an address. A browser that is known to the account is counted for itself,
     * wherever it is.
     */
    forSignIn: (email: string, address: string, knownAs: string | null): Limits =>
      knownAs === null
        ? [ofAccountAndAddress(email, address), counted('account', email), ...ofNetworks(address)]
        : [counted('known_browser', knownAs)],

    /**
     * A one-time code, tried from an address. Strangers who guess do not keep the owner of the
     * account from using it.
     */
    forResetCode: (email: string, address: string): Limits => [
      ofAccountAndAddress(email, address, 'reset-code'),
      ...ofNetworks(address, 'reset-code'),
    ],

    /** Somebody who is signed in and has to give the password again. */
    forSignedIn: (signInId: string): Limits => [counted('sign_in', signInId)],

    /**
     * Lets an attempt in, or refuses it with 429 where one of its limits is reached, for right and
     * wrong passwords alike.
     */
    begin: (trace: Trace, limits: Limits): Promise<Result<Attempt>> =>
      lines.inLine(limits[0]?.key ?? '', async waited => {
        const since = trace.since()
        for (;;) {
          const { counts, fullUntil } = await look(limits)
          const id = createHandle()
          const isLetIn = fullUntil === null && (await attempts.claim(id, limits, clock.now()))
          if (!fullUntil && !isLetIn && waited() < PATIENCE) {
            await new Promise(done => setTimeout(done, AGAIN))
            continue
          }
          trace.tell('attempt.counted', () => ({ counts }), since)
          if (isLetIn) return accept(toAttempt(id, limits))
          return fullUntil ? tooMany(fullUntil) : busy
        }
      }),

    /**
     * Counts one sign-up from an address, whatever becomes of it, so that nobody keeps the workers
     * busy: a class may, a script may not.
     */
    beginSignUp: (address: string): Promise<Result<null>> =>
      countOne(ofNetworks(address, 'sign-up')),

    /** The same for casts, apart from sign-ups: nobody fills the database with them. */
    beginCast: (address: string): Promise<Result<null>> => countOne(ofNetworks(address, 'cast')),

    sweep: (): Promise<number> => attempts.sweep(clock.now()),
  }
}

const busy = refuse('passwords_busy', { retryAfterSeconds: 5 })

const later = (a: Date | null, b: Date | null): Date | null => (a && b ? (a > b ? a : b) : (a ?? b))

export type Throttle = ReturnType<typeof createThrottle>
