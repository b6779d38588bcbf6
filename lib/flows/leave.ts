import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { SignedInContext } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { otherSignIns, signInEnded } from './devices.ts'
import { tryPassword, wrongCurrentPassword } from './passwords.ts'
import { leaveBrowser } from './wire-owner.ts'

/**
 * Removes the account of whoever is signed in, with everything of it, for whoever gives its
 * password: every sign-in ends, and no access token stands for anybody any more. The last admin
 * stays.
 */
export async function leave(
  c: SignedInContext<App>,
  input: { current: string },
): Promise<Result<null>> {
  const { accounts, sessions, throttle, bus } = c.app
  const { userId, signInId, mode } = c.who
  const known = await accounts.credentials({ id: userId })
  if (!known) return refuse('not_found')
  const tried = { email: known.account.email, password: input.current }
  const matches = await tryPassword(c, throttle.forSignedIn(signInId), tried, known)
  if (!matches.ok) return matches
  if (!matches.value) return wrongCurrentPassword(c)
  const [kept, others] = [await c.who.kept(), await otherSignIns(c, userId, signInId)]
  if (!kept) return signInEnded(c)
  const since = c.trace.since()
  if (!(await accounts.remove(userId, kept)))
    return (await accounts.byId(userId))?.role === 'admin' ? refuse('last_admin') : signInEnded(c)
  c.trace.tell('account.removed', () => ({ signInsEnded: others.length + 1 }), since)
  // What is kept in the database is gone with the account; what is kept elsewhere stands for
  // nobody, and is tidied up.
  for (const signIn of [...others, { id: signInId, mode }])
    if (signIn.mode === 'session') await sessions.deleteByHandle(userId, signIn.id)
  for (const { id, mode } of others) bus.tellSignInEnded(id, mode, 'account_removed')
  mechanisms[mode].clear(c)
  leaveBrowser(c, true)
  c.audit('account.removed', { userId, outcome: 'ok' })
  return accept(null)
}
