import type { Strategy } from '../auth/mechanism.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
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
  strategy: Strategy,
  x: Exchange,
  who: SignedIn,
  input: { current: string },
): Promise<Result<null>> {
  const known = await x.app.accounts.credentials({ id: who.userId })
  if (!known) return refuse('not_found')
  const { email } = known.account
  const matches = await tryPassword(
    x,
    x.app.throttle.forSignedIn(who.signInId),
    { email, password: input.current },
    known,
  )
  if (!matches.ok) return matches
  if (!matches.value) return wrongCurrentPassword(x, who)
  const [kept, others] = [await who.kept(), await otherSignIns(x, who.userId, who.signInId)]
  if (!kept) return signInEnded(x)
  const since = x.trace.since()
  if (!(await x.app.accounts.remove(who.userId, kept)))
    return (await x.app.accounts.byId(who.userId))?.role === 'admin'
      ? refuse('last_admin')
      : signInEnded(x)
  x.trace.tell('account.removed', () => ({ signInsEnded: others.length + 1 }), since)
  // What is kept in the database is gone with the account; what is kept elsewhere stands for
  // nobody, and is tidied up.
  for (const { id, mode } of [...others, { id: who.signInId, mode: who.mode }])
    if (mode === 'session') await x.app.sessions.deleteByHandle(who.userId, id)
  for (const { id, mode } of others) x.app.bus.tellSignInEnded(id, mode, 'account_removed')
  strategy.clear(x)
  leaveBrowser(x, true)
  x.app.audit('account.removed', { ...inAudit(x, who.mode), userId: who.userId, outcome: 'ok' })
  return accept(null)
}
