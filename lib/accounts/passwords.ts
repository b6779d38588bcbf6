import { createHmac } from 'node:crypto'
import { accept, type Refusal, type Result, refuse } from '../http/result.ts'
import { createTurns } from '../turns.ts'
import type { Person } from './guessable.ts'
import type { Match, PasswordJob, PasswordOutcome } from './password.worker.ts'
import { createPasswordPool, type Waiter } from './password-pool.ts'

/** Where no request is behind it, it is this server that waits. */
const OURSELVES: Waiter = { networks: ['this server'], account: 'this server' }

const BUSY = refuse('passwords_busy', { retryAfterSeconds: 5 })

/** One spelling of a password, whatever system it is typed on (NIST SP 800-63B-4, 3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize('NFKC')

/**
 * bcrypt over base64(HMAC-SHA-384(password, pepper)): bcrypt alone would cut at 72 bytes in
 * silence, and without the pepper a stolen database cannot even be guessed at. Hashing takes a
 * third of a second, so it has threads of its own and a bounded queue; reads stay quick while a
 * storm of sign-ins is worked off.
 */
export function createPasswords({ pepper, cost }: { pepper: string; cost: number }) {
  const pool = createPasswordPool()
  const prehash = (text: string) =>
    createHmac('sha384', pepper).update(text, 'utf8').digest('base64')
  const prehashOf = (password: string) => prehash(normalizePassword(password))

  async function run<T extends PasswordOutcome>(
    job: PasswordJob,
    waiter: Waiter,
  ): Promise<Result<T>> {
    const outcome = await pool.run(job, waiter)
    return outcome === undefined ? BUSY : accept(outcome as T)
  }

  // What an unknown account is compared with: a real hash of the same cost, which no password
  // matches.
  let dummyHash: Promise<Result<string>> | undefined

  async function dummy(): Promise<Result<string>> {
    dummyHash ??= run<string>({ prehash: prehash(crypto.randomUUID()), cost }, OURSELVES)
    const made = await dummyHash.catch(() => null)
    if (made?.ok) return made
    // Made again next time: one that failed must not stand for all that come after it.
    dummyHash = undefined
    return made ?? BUSY
  }

  return {
    algorithm: 'bcrypt over HMAC-SHA-384',
    cost,
    /** The refusal somebody would get at once, so that nothing else is done for it. */
    turnedAway: (waiter: Waiter): Refusal | null => (pool.isBusyFor(waiter) ? BUSY : null),
    /**
     * Waits until one more may begin with what comes before a password is looked at: of fifty who
     * sign in at once no reader has to wait for all. A sign-in goes round the event loop about so
     * often on its way to the queue.
     */
    turn: createTurns(12),
    /** Hashes a password that somebody has, whatever it is. */
    hash: (password: string, waiter: Waiter = OURSELVES): Promise<Result<string>> =>
      run<string>({ prehash: prehashOf(password), cost }, waiter),
    /** Hashes a password that somebody wants. Null where it is too easy to guess. */
    hashNew: (password: string, of: Person, waiter: Waiter): Promise<Result<string | null>> =>
      run<string | null>(
        {
          prehash: prehashOf(password),
          cost,
          unless: { password: normalizePassword(password), of },
        },
        waiter,
      ),
    /**
     * Whether the password matches, in its normal form or, as hashes once were made, as it was
     * typed. With `hash` null it takes as long and is false: an unknown account looks like a
     * wrong password. So does half a character, which as bytes would be the same as any other and
     * as the mark for what cannot be read.
     */
    async verify(
      password: string,
      hash: string | null,
      waiter: Waiter = OURSELVES,
    ): Promise<Result<Match>> {
      const other = hash === null ? await dummy() : accept(hash)
      if (!other.ok) return other
      const prehashes = [...new Set([prehashOf(password), prehash(password)])]
      const compared = await run<Match>({ prehashes, cost, hash: other.value }, waiter)
      if (!compared.ok) return compared
      return accept(hash !== null && password.isWellFormed() && compared.value)
    },
    /**
     * Makes the dummy hash before the first sign-in needs it, so that an unknown account never
     * pays for two.
     */
    async warmUp(): Promise<void> {
      await dummy()
    },
    close: pool.close,
  }
}

export type Passwords = ReturnType<typeof createPasswords>
