import type { Person } from '../accounts/guessable.ts'
import type { Waiter } from '../accounts/password-pool.ts'
import type { Limits } from '../auth/throttle.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { networksOf } from '../http/network.ts'
import { accept, type Refusal, type Result, refuse } from '../http/result.ts'
import type { Credentials } from '../store/accounts.ts'

// What a request does with a password: all of it waits in the one queue, as whoever the request
// is from.

/**
 * Who waits for a password to be looked at: gone with the request. `account` is null where it is
 * being made.
 */
const waiterOf = (x: Exchange, account: string | null): Waiter => ({
  networks: networksOf(x.client.address),
  account,
  signal: x.request.signal,
})

/**
 * The refusal for whom there is no place in the queue: told before anything is counted or looked
 * up.
 */
export const turnedAway = (x: Exchange, email: string): Refusal | null =>
  x.app.passwords.turnedAway(waiterOf(x, email))

/**
 * Hashes a password somebody wants; refused, at `path` of the input, where it is too easy to
 * guess.
 */
export async function hashNewPassword(
  x: Exchange,
  account: string | null,
  { path, password, of }: { path: string; password: string; of: Person },
): Promise<Result<string>> {
  const since = x.trace.since()
  const { algorithm, cost, hashNew } = x.app.passwords
  const hashed = await hashNew(password, of, waiterOf(x, account))
  if (!hashed.ok) return hashed
  if (hashed.value === null) {
    const [reason, error] = ['invalid_input' as const, { path, code: 'too_common' }]
    x.trace.tell('input.refused', () => ({ reason, errors: [error] }), since)
    const message =
      'Too easy to guess: a common one, a run of keys, or made of your own name or email.'
    return refuse(reason, { errors: [{ ...error, message }] })
  }
  x.trace.tell('password.hashed', () => ({ algorithm, cost }), since)
  return accept(hashed.value)
}

/**
 * Hashes a right password as it is done today, if nobody is before us: nothing ends, and no
 * version moves.
 */
export async function renewHash(x: Exchange, known: Credentials, password: string): Promise<void> {
  const since = x.trace.since()
  const { algorithm, cost, hash } = x.app.passwords
  const hashed = await hash(password, waiterOf(x, known.account.email))
  if (!hashed.ok) return
  if (await x.app.accounts.renewHash(known.account.id, known.passwordHash, hashed.value))
    x.trace.tell('password.hashed', () => ({ algorithm, cost }), since)
}

/** What matched: whether it was the hash as it is made today. */
type Matched = { isOutdated: boolean }

/**
 * Whether this is the password of an account that may sign in: null where it is not. Counted by
 * `limits`, and refused where one of them is reached, or where nothing could be looked at. An
 * account that there is not, and one that is disabled, is looked at as long.
 */
export async function tryPassword(
  x: Exchange,
  limits: Limits,
  { email, password }: { email: string; password: string },
  known: Credentials | null,
): Promise<Result<Matched | null>> {
  const attempt = await x.app.throttle.begin(x.trace, limits)
  if (!attempt.ok) {
    x.app.audit('throttled', {
      ...inAudit(x, x.mode),
      userId: known?.account.id,
      outcome: attempt.reason,
    })
    return attempt
  }
  const since = x.trace.since()
  const matches = await x.app.passwords.verify(
    password,
    known?.passwordHash ?? null,
    waiterOf(x, email),
  )
  const matched = matches.ok && matches.value && !known?.account.disabled ? matches.value : null
  const ended = await attempt.value.end(matches.ok ? (matched ? 'passed' : 'failed') : 'not_tried')
  if (!matches.ok) return matches
  if (!ended.ok) return ended
  const { algorithm, cost } = x.app.passwords
  x.trace.tell(
    matched ? 'password.verified' : 'password.refused',
    () => ({ algorithm, cost }),
    since,
  )
  return accept(matched && { isOutdated: matched === 'outdated' })
}

/** The refusal for whoever is signed in and gave another password than theirs. */
export function wrongCurrentPassword(x: Exchange, who: SignedIn): Refusal {
  const outcome = 'wrong_current_password'
  x.app.audit('password.refused', { ...inAudit(x, who.mode), userId: who.userId, outcome })
  return refuse('invalid_input', {
    errors: [{ path: 'current', code: 'wrong', message: 'This is not the current password.' }],
  })
}
