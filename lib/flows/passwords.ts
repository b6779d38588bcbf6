import type { Person } from '../accounts/guessable.ts'
import type { Waiter } from '../accounts/password-pool.ts'
import type { App } from '../app.ts'
import type { Limits } from '../auth/throttle.ts'
import type { Context, SignedInContext } from '../context/context.ts'
import { networksOf } from '../http/network.ts'
import { accept, type Refusal, type Result, refuse } from '../http/result.ts'
import type { Credentials } from '../store/accounts.ts'

// What a request does with a password: all of it waits in the one queue, as whoever the request
// is from.

/**
 * Who waits for a password to be looked at: gone with the request. `account` is null where it is
 * being made.
 */
const waiterOf = (c: Context<App>, account: string | null): Waiter => ({
  networks: networksOf(c.client.address),
  account,
  signal: c.request.signal,
})

/**
 * The refusal for whom there is no place in the queue: told before anything is counted or looked
 * up.
 */
export const turnedAway = (c: Context<App>, email: string): Refusal | null =>
  c.app.passwords.turnedAway(waiterOf(c, email))

/**
 * Hashes a password somebody wants; refused, at `path` of the input, where it is too easy to
 * guess.
 */
export async function hashNewPassword(
  c: Context<App>,
  account: string | null,
  { path, password, of }: { path: string; password: string; of: Person },
): Promise<Result<string>> {
  const since = c.trace.since()
  const { algorithm, cost, hashNew } = c.app.passwords
  const hashed = await hashNew(password, of, waiterOf(c, account))
  if (!hashed.ok) return hashed
  if (hashed.value === null) {
    const [reason, error] = ['invalid_input' as const, { path, code: 'too_common' }]
    c.trace.tell('input.refused', () => ({ reason, errors: [error] }), since)
    const message =
      'Too easy to guess: a common one, a run of keys, or made of your own name or email.'
    return refuse(reason, { errors: [{ ...error, message }] })
  }
  c.trace.tell('password.hashed', () => ({ algorithm, cost }), since)
  return accept(hashed.value)
}

/**
 * Hashes a right password as it is done today, if nobody is before us: nothing ends, and no
 * version moves.
 */
export async function renewHash(
  c: Context<App>,
  known: Credentials,
  password: string,
): Promise<void> {
  const since = c.trace.since()
  const { algorithm, cost, hash } = c.app.passwords
  const hashed = await hash(password, waiterOf(c, known.account.email))
  if (!hashed.ok) return
  if (await c.app.accounts.renewHash(known.account.id, known.passwordHash, hashed.value))
    c.trace.tell('password.hashed', () => ({ algorithm, cost }), since)
}

/** What matched: whether it was the hash as it is made today. */
type Matched = { isOutdated: boolean }

/**
 * Whether this is the password of an account that may sign in: null where it is not. Counted by
 * `limits`, and refused where one of them is reached, or where nothing could be looked at. An
 * account that there is not, and one that is disabled, is looked at as long.
 */
export async function tryPassword(
  c: Context<App>,
  limits: Limits,
  { email, password }: { email: string; password: string },
  known: Credentials | null,
): Promise<Result<Matched | null>> {
  const attempt = await c.app.throttle.begin(c.trace, limits)
  if (!attempt.ok) {
    c.audit('throttled', { userId: known?.account.id, outcome: attempt.reason })
    return attempt
  }
  const since = c.trace.since()
  const matches = await c.app.passwords.verify(
    password,
    known?.passwordHash ?? null,
    waiterOf(c, email),
  )
  const matched = matches.ok && matches.value && !known?.account.disabled ? matches.value : null
  const ended = await attempt.value.end(matches.ok ? (matched ? 'passed' : 'failed') : 'not_tried')
  if (!matches.ok) return matches
  if (!ended.ok) return ended
  const { algorithm, cost } = c.app.passwords
  c.trace.tell(
    matched ? 'password.verified' : 'password.refused',
    () => ({ algorithm, cost }),
    since,
  )
  return accept(matched && { isOutdated: matched === 'outdated' })
}

/** The refusal for whoever is signed in and gave another password than theirs. */
export function wrongCurrentPassword(c: SignedInContext<App>): Refusal {
  const outcome = 'wrong_current_password'
  c.audit('password.refused', { userId: c.who.userId, outcome })
  return refuse('invalid_input', {
    errors: [{ path: 'current', code: 'wrong', message: 'This is not the current password.' }],
  })
}
