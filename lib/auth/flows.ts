import { type Account, toUser } from '../accounts/account.ts'
import { inAudit } from '../audit.ts'
import type { Exchange, SignedIn } from '../exchange.ts'
import { accept, type Result, refuse } from '../result.ts'
import { endDevice, endEach, otherSignIns, trimSignIns } from './devices.ts'
import type { Issued, Strategy } from './strategy.ts'

// The flows, written once. What differs between the modes is behind the strategy.

const bodyOf = ({ body, account }: Issued) => ({ ...body, user: toUser(account) })

/** Makes an account with the least role. Refused when the email is taken. */
export async function signUp(
  x: Exchange,
  input: { email: string; name: string; password: string },
): Promise<Result<Account>> {
  const taken = refuse('invalid_input', {
    errors: [{ path: 'email', code: 'taken', message: 'This email already has an account.' }],
  })
  const counted = await x.app.throttle.beginSignUp(x.client.address)
  if (!counted.ok) return counted
  if (await x.app.accounts.credentials({ email: input.email })) return taken
  const hashed = await hashPassword(x, input.password)
  if (!hashed.ok) return hashed
  const { email, name } = input
  const since = x.trace.since()
  const account = await x.app.accounts.create({
    email,
    name,
    role: 'reader',
    passwordHash: hashed.value,
    now: x.app.clock.now(),
  })
  if (!account) return taken
  x.trace.tell('account.created', () => ({ email, role: account.role }), since)
  x.app.audit('account.created', { ...inAudit(x, 'none'), userId: account.id, outcome: 'ok' })
  return accept(account)
}

/**
 * Signs in. Wrong password, unknown account and disabled account take the same steps and get the same refusal.
 * Ends the sign-in of this mode that the browser had before, so that nothing is left behind without an owner.
 */
export async function signIn(strategy: Strategy, x: Exchange, input: { email: string; password: string }) {
  const counted = await x.app.throttle.begin(x.trace, input.email, x.client.address)
  if (!counted.ok) {
    x.app.audit('throttled', { ...inAudit(x, strategy.mode), outcome: counted.reason })
    return counted
  }
  const since = x.trace.since()
  const known = await x.app.accounts.credentials({ email: input.email })
  x.trace.tell('account.looked_up', () => ({ email: input.email }), since)

  const matches = await checkPassword(
    x,
    input.password,
    known && !known.account.disabled ? known : null,
    known?.passwordHash ?? null,
  )
  if (!matches.ok) {
    // Nothing was looked at, so nothing failed.
    await counted.value()
    return matches
  }
  if (!matches.value) {
    x.app.audit('sign_in.failed', {
      ...inAudit(x, strategy.mode),
      userId: known?.account.id,
      outcome: 'invalid_credentials',
    })
    return refuse('invalid_credentials')
  }
  await counted.value()
  await strategy.revoke(x)
  const issued = await strategy.issue(x, matches.value)
  if (await isOutdated(x, matches.value.id, known?.passwordHash)) {
    await endDevice(x, matches.value.id, issued.signInId, 'account_changed')
    return refuse('invalid_credentials')
  }
  await trimSignIns(x, matches.value.id)
  x.channel?.attach({ accountId: matches.value.id, handle: issued.signInId })
  x.app.audit('sign_in.ok', {
    ...inAudit(x, strategy.mode),
    userId: matches.value.id,
    signInId: issued.signInId,
    outcome: 'ok',
  })
  return accept(bodyOf(issued))
}

// Whoever changed the password, or disabled the account, while this password was being looked at did not see this sign-in, and
// could not end it.
async function isOutdated(x: Exchange, id: string, passwordHash: string | undefined): Promise<boolean> {
  const now = await x.app.accounts.credentials({ id })
  return !now || now.passwordHash !== passwordHash || now.account.disabled
}

async function hashPassword(x: Exchange, password: string): Promise<Result<string>> {
  const since = x.trace.since()
  const hashed = await x.app.passwords.hash(password)
  const { algorithm, cost } = x.app.passwords
  if (hashed.ok) x.trace.tell('password.hashed', () => ({ algorithm, cost }), since)
  return hashed
}

type Known = { account: Account }

/** The account whose password this is, or null. `hash` is compared even where the account may not sign in. */
async function checkPassword(
  x: Exchange,
  password: string,
  known: Known | null,
  hash: string | null,
): Promise<Result<Account | null>> {
  const since = x.trace.since()
  const matches = await x.app.passwords.verify(password, hash)
  if (!matches.ok) return matches
  const { algorithm, cost } = x.app.passwords
  const account = matches.value && known ? known.account : null
  x.trace.tell(account ? 'password.verified' : 'password.refused', () => ({ algorithm, cost }), since)
  return accept(account)
}

/** Exchanges what the browser keeps for a fresh credential. */
export async function refresh(strategy: Strategy, x: Exchange) {
  const issued = await strategy.refresh(x)
  if (!issued.ok) {
    const event = issued.reason === 'refresh.reused' ? 'refresh.reused' : 'refresh.refused'
    x.app.audit(event, { ...inAudit(x, strategy.mode), outcome: issued.reason })
    return issued
  }
  const { account, signInId } = issued.value
  x.channel?.attach({ accountId: account.id, handle: signInId })
  x.app.audit('refresh.ok', { ...inAudit(x, strategy.mode), userId: account.id, signInId, outcome: 'ok' })
  return accept(bodyOf(issued.value))
}

/** Ends the sign-in this request comes from. */
export async function signOut(strategy: Strategy, x: Exchange): Promise<Result<null>> {
  const revoked = await strategy.revoke(x)
  if (!revoked.ok) return revoked
  strategy.clear(x)
  x.app.audit('sign_out', { ...inAudit(x, strategy.mode), outcome: revoked.value ? 'ended' : 'nothing_to_end' })
  return accept(null)
}

/** Changes the password of whoever is signed in. Every other sign-in of the account ends; this one goes on under a new id. */
export async function changePassword(
  strategy: Strategy,
  x: Exchange,
  who: SignedIn,
  input: { current: string; next: string },
): Promise<Result<null>> {
  const known = await x.app.accounts.credentials({ id: who.userId })
  if (!known) return refuse('not_found')
  const counted = await x.app.throttle.begin(x.trace, known.account.email, x.client.address)
  const audited = { ...inAudit(x, who.mode), userId: who.userId }
  if (!counted.ok) {
    x.app.audit('throttled', { ...audited, outcome: counted.reason })
    return counted
  }
  const matches = await checkPassword(x, input.current, known, known.passwordHash)
  if (!matches.ok) {
    await counted.value()
    return matches
  }
  const wrong = refuse('invalid_input', {
    errors: [{ path: 'current', code: 'wrong', message: 'This is not the current password.' }],
  })
  if (!matches.value) {
    x.app.audit('password.refused', { ...audited, outcome: 'wrong_current_password' })
    return wrong
  }
  await counted.value()

  const hashed = await hashPassword(x, input.next)
  if (!hashed.ok) return hashed
  const others = await otherSignIns(x, who.userId, who.signInId)
  const now = x.app.clock.now()
  if (!(await x.app.accounts.setPasswordHash(who.userId, known.passwordHash, hashed.value, now, who.signInId)))
    return wrong
  const otherSignInsEnded = await endEach(x, who.userId, others, 'password_changed')
  x.trace.tell('password.changed', () => ({ otherSignInsEnded }))
  await strategy.renew(x)
  x.app.audit('password.changed', { ...audited, outcome: 'ok' })
  return accept(null)
}
