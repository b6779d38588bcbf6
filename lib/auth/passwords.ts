import type { Account } from '../accounts/account.ts'
import type { Credentials } from '../accounts/accounts.ts'
import type { Person } from '../accounts/guessable.ts'
import type { Waiter } from '../accounts/password-pool.ts'
import type { Exchange } from '../exchange.ts'
import { networksOf } from '../http/network.ts'
import { accept, type Refusal, type Result, refuse } from '../result.ts'

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
export const turnedAway = (x: Exchange, email: string): Refusal | null => x.app.passwords.turnedAway(waiterOf(x, email))

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
    const message = 'Too easy to guess: a common one, a run of keys, or made of your own name or email.'
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

type Known = { account: Account }
type Verified = { account: Account; isOutdated: boolean }

/**
 * The account whose password this is, or null. `hash` is compared even where the account may not
 * sign in.
 */
export async function checkPassword(
  x: Exchange,
  email: string,
  password: string,
  known: Known | null,
  hash: string | null,
): Promise<Result<Verified | null>> {
  const since = x.trace.since()
  const matches = await x.app.passwords.verify(password, hash, waiterOf(x, email))
  if (!matches.ok) return matches
  const { algorithm, cost } = x.app.passwords
  const account = matches.value && known ? known.account : null
  x.trace.tell(account ? 'password.verified' : 'password.refused', () => ({ algorithm, cost }), since)
  return accept(account && { account, isOutdated: matches.value === 'outdated' })
}
