import { randomBytes } from 'node:crypto'
import type { App } from '../app.ts'
import { isWithin, plusSeconds } from '../clock.ts'
import type { Context, SignedInContext } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { hashSecret } from '../random.ts'
import type { Credentials } from '../store/accounts.ts'
import { accountInGroup } from './administration.ts'
import { endEach, otherSignIns } from './devices.ts'
import { hashNewPassword } from './passwords.ts'

// A forgotten password. Without mail an admin stands between: the code is handed over by whoever
// knows the person.

/** ASVS 5.0, 6.4.1: a code works once, and soon not any more. In seconds. */
const LIFETIME = 15 * 60
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Eighty random bits, as somebody can read them out: `abcd-efgh-ijkl-mnop`. */
const createCode = (): string =>
  [...randomBytes(16)]
    .map(byte => BASE32[byte % 32])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

/**
 * What is kept of a code, however it was typed. The version of sign-ins belongs to it: whatever
 * ends all sign-ins of the account makes its code worthless.
 */
const hashOf = (code: string, signInVersion: string): string =>
  hashSecret(`${code.toLowerCase().replace(/[\s-]/g, '')} ${signInVersion}`)

/**
 * Makes the one code of an account of the admin's group. The value is the only place where it is
 * whole.
 */
export async function createResetCode(
  c: SignedInContext<App>,
  id: string,
): Promise<Result<{ code: string; expiresAt: string }>> {
  const isThere = await accountInGroup(c, id)
  const known = isThere && (await c.app.accounts.credentials({ id }))
  if (!known) return refuse('not_found')
  const code = createCode()
  const expires = plusSeconds(c.app.clock.now(), LIFETIME)
  const since = c.trace.since()
  await c.app.accounts.setResetCode(id, hashOf(code, known.signInVersion), expires)
  const expiresAt = expires.toISOString()
  c.trace.tell('reset_code.created', () => ({ userId: id, expiresAt }), since)
  c.audit('reset_code.created', { userId: id, outcome: 'ok' })
  return accept({ code, expiresAt })
}

/**
 * Whether this is the code of an account that may be used, by a clock that measures durations
 * alone.
 */
function fits(known: Credentials | null, code: string, now: Date): known is Credentials {
  // Looked at for an account that there is not, too.
  const hash = hashOf(code, known?.signInVersion ?? '')
  const made = known?.resetCode ? plusSeconds(known.resetCode.expiresAt, -LIFETIME) : null
  return (
    made !== null &&
    known?.resetCode?.hash === hash &&
    !known.account.disabled &&
    isWithin(LIFETIME, made, now)
  )
}

/**
 * Sets a new password by a code, which is used up. Every sign-in and every access token of the
 * account ends. An unknown email, a wrong code and one that was used or is too old are refused
 * alike; a password that is too easy to guess leaves the code as it is.
 */
export async function resetPassword(
  c: Context<App>,
  { email, code, next }: { email: string; code: string; next: string },
): Promise<Result<null>> {
  const limits = c.app.throttle.forResetCode(email, c.client.address)
  const attempt = await c.app.throttle.begin(c.trace, limits)
  if (!attempt.ok) {
    c.audit('throttled', { mode: 'none', outcome: attempt.reason })
    return attempt
  }
  const since = c.trace.since()
  const known = await c.app.accounts.credentials({ email })
  c.trace.tell('account.looked_up', () => ({ email }), since)
  const isRight = fits(known, code, c.app.clock.now())
  const ended = await attempt.value.end(isRight ? 'passed' : 'failed')
  if (!ended.ok) return ended
  if (!isRight) return refused(c, known)
  const { account, signInVersion, resetCode } = known
  c.trace.tell('reset_code.accepted', () => ({
    expiresAt: resetCode?.expiresAt.toISOString() ?? '',
  }))

  const hashed = await hashNewPassword(c, email, { path: 'next', password: next, of: account })
  if (!hashed.ok) return hashed
  const signIns = await otherSignIns(c, account.id)
  const used = hashOf(code, signInVersion)
  if (!(await c.app.accounts.resetPassword(account.id, used, hashed.value, c.app.clock.now())))
    return refused(c, known)
  const otherSignInsEnded = await endEach(c, account.id, signIns, 'password_reset')
  c.trace.tell('password.changed', () => ({ otherSignInsEnded }))
  c.audit('password.reset', { mode: 'none', userId: account.id, outcome: 'ok' })
  return accept(null)
}

function refused(c: Context<App>, known: Credentials | null) {
  c.trace.tell('reset_code.refused', () => ({}))
  c.audit('reset_code.refused', {
    mode: 'none',
    userId: known?.account.id,
    outcome: 'invalid_code',
  })
  return refuse('invalid_code')
}
