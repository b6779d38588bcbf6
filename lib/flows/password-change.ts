import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { SignedInContext } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { endEach, otherSignIns, signInEnded } from './devices.ts'
import { keepKnown } from './known-browser.ts'
import { hashNewPassword, tryPassword, wrongCurrentPassword } from './passwords.ts'
import { toAnswer } from './sign-in.ts'

/**
 * Changes the password of whoever is signed in. Every other sign-in of the account ends, and every
 * access token; this one goes on with a new credential, which is in the value where it does not
 * travel in a cookie.
 */
export async function changePassword(
  c: SignedInContext<App>,
  input: { current: string; next: string },
): Promise<Result<Record<string, unknown>>> {
  const { userId, signInId, kept: findKept } = c.who
  const known = await c.app.accounts.credentials({ id: userId })
  if (!known) return refuse('not_found')
  const limits = c.app.throttle.forSignedIn(signInId)
  const { email } = known.account
  const matches = await tryPassword(c, limits, { email, password: input.current }, known)
  if (!matches.ok) return matches
  if (!matches.value) return wrongCurrentPassword(c)

  const wanted = { path: 'next', password: input.next, of: known.account }
  const hashed = await hashNewPassword(c, email, wanted)
  if (!hashed.ok) return hashed
  const [kept, others] = [await findKept(), await otherSignIns(c, userId, signInId)]
  let version: string | null = null
  const issued = await mechanisms[c.mode].renew(c, async renewal => {
    if (!kept) return false
    const { setPasswordHash } = c.app.accounts
    version = await setPasswordHash(userId, known.passwordHash, hashed.value, kept, renewal)
    if (!version) return false
    const otherSignInsEnded = await endEach(c, userId, others, 'password_changed')
    c.trace.tell('password.changed', () => ({ otherSignInsEnded }))
    return true
  })
  if (!issued) {
    // Changed by somebody else meanwhile, or this sign-in was ended before it could change
    // anything.
    const now = await c.app.accounts.credentials({ id: userId })
    if (now?.passwordHash === known.passwordHash) return signInEnded(c)
    // Its hash was made anew meanwhile: the password is the same. That happens to a hash once.
    return now?.signInVersion === known.signInVersion
      ? changePassword(c, input)
      : wrongCurrentPassword(c)
  }
  if (version) await keepKnown(c, userId, known.signInVersion, version)
  c.audit('password.changed', { userId, outcome: 'ok' })
  return accept(toAnswer(issued))
}
