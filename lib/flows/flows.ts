import { type Account, toUser } from '../accounts/account.ts'
import type { Issued, Strategy } from '../auth/mechanism.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Credentials } from '../store/accounts.ts'
import { endEach, otherSignIns, signInEnded, trimSignIns } from './devices.ts'
import { keepKnown, knownAs, remember } from './known-browser.ts'
import {
  hashNewPassword,
  renewHash,
  tryPassword,
  turnedAway,
  wrongCurrentPassword,
} from './passwords.ts'
import { leaveBrowser, takeOver } from './wire-owner.ts'

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
  const hashed = await hashNewPassword(x, null, {
    path: 'password',
    password: input.password,
    of: input,
  })
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
 * Signs in. Wrong password, unknown account and disabled account take the same steps and get the
 * same refusal. Ends the sign-in of this mode that the browser had before, so that nothing is left
 * behind without an owner.
 */
export async function signIn(
  strategy: Strategy,
  x: Exchange,
  input: { email: string; password: string },
) {
  const busy = turnedAway(x, input.email)
  if (busy) return busy
  const since = x.trace.since()
  const known = await x.app.accounts.credentials({ email: input.email })
  x.trace.tell('account.looked_up', () => ({ email: input.email }), since)
  const limits = x.app.throttle.forSignIn(input.email, x.client.address, await knownAs(x, known))
  const matches = await tryPassword(x, limits, input, known)
  if (!matches.ok) return matches
  if (
    !matches.value ||
    !known ||
    (await hasChanged(x, known)) ||
    // From here on its group is not swept for a day.
    !(await x.app.groups.use(known.account.groupId, x.app.clock.now()))
  ) {
    const userId = known?.account.id
    x.app.audit('sign_in.failed', {
      ...inAudit(x, strategy.mode),
      userId,
      outcome: 'invalid_credentials',
    })
    return refuse('invalid_credentials')
  }
  const { account, signInVersion } = known
  await strategy.revoke(x)
  // Whatever changes from here on ends it: the version is the one that was read with the hash.
  const issued = await strategy.issue(x, account, signInVersion)
  await trimSignIns(x, account.id, issued.signInId)
  await remember(x, account.id, signInVersion)
  takeOver(x, { accountId: account.id, handle: issued.signInId })
  x.app.audit('sign_in.ok', {
    ...inAudit(x, strategy.mode),
    userId: account.id,
    signInId: issued.signInId,
    outcome: 'ok',
  })
  // What is not done now is done at another sign-in: this one is made.
  if (matches.value.isOutdated) await renewHash(x, known, input.password).catch(() => undefined)
  return accept(bodyOf(issued))
}

// Somebody changed the password, disabled the account or ended all its sign-ins while this password
// was being looked at. What would be made here would be over from the start.
async function hasChanged(x: Exchange, known: Credentials): Promise<boolean> {
  const now = await x.app.accounts.credentials({ id: known.account.id })
  return now?.signInVersion !== known.signInVersion
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
  await x.app.groups.use(account.groupId, x.app.clock.now())
  x.channel?.attach({ accountId: account.id, handle: signInId })
  x.app.audit('refresh.ok', {
    ...inAudit(x, strategy.mode),
    userId: account.id,
    signInId,
    outcome: 'ok',
  })
  return accept(bodyOf(issued.value))
}

/** Ends the sign-in this request comes from. */
export async function signOut(strategy: Strategy, x: Exchange): Promise<Result<null>> {
  const revoked = await strategy.revoke(x)
  if (!revoked.ok) return revoked
  strategy.clear(x)
  leaveBrowser(x, revoked.value)
  x.app.audit('sign_out', {
    ...inAudit(x, strategy.mode),
    outcome: revoked.value ? 'ended' : 'nothing_to_end',
  })
  return accept(null)
}

/**
 * Changes the password of whoever is signed in. Every other sign-in of the account ends, and every
 * access token; this one goes on with a new credential, which is in the value where it does not
 * travel in a cookie.
 */
export async function changePassword(
  strategy: Strategy,
  x: Exchange,
  who: SignedIn,
  input: { current: string; next: string },
): Promise<Result<Record<string, unknown>>> {
  const known = await x.app.accounts.credentials({ id: who.userId })
  if (!known) return refuse('not_found')
  const limits = x.app.throttle.forSignedIn(who.signInId)
  const { email } = known.account
  const matches = await tryPassword(x, limits, { email, password: input.current }, known)
  if (!matches.ok) return matches
  if (!matches.value) return wrongCurrentPassword(x, who)

  const wanted = { path: 'next', password: input.next, of: known.account }
  const hashed = await hashNewPassword(x, email, wanted)
  if (!hashed.ok) return hashed
  const [kept, others] = [await who.kept(), await otherSignIns(x, who.userId, who.signInId)]
  let version: string | null = null
  const issued = await strategy.renew(x, who, async alongside => {
    if (!kept) return false
    const { setPasswordHash } = x.app.accounts
    version = await setPasswordHash(who.userId, known.passwordHash, hashed.value, kept, alongside)
    if (!version) return false
    const otherSignInsEnded = await endEach(x, who.userId, others, 'password_changed')
    x.trace.tell('password.changed', () => ({ otherSignInsEnded }))
    return true
  })
  if (!issued) {
    // Changed by somebody else meanwhile, or this sign-in was ended before it could change
    // anything.
    const now = await x.app.accounts.credentials({ id: who.userId })
    if (now?.passwordHash === known.passwordHash) return signInEnded(x)
    // Its hash was made anew meanwhile: the password is the same. That happens to a hash once.
    return now?.signInVersion === known.signInVersion
      ? changePassword(strategy, x, who, input)
      : wrongCurrentPassword(x, who)
  }
  if (version) await keepKnown(x, who.userId, known.signInVersion, version)
  x.app.audit('password.changed', { ...inAudit(x, who.mode), userId: who.userId, outcome: 'ok' })
  return accept(bodyOf(issued))
}
