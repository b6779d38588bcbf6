import { hasRole, type Role } from '../accounts/account.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { strategies } from './mechanism.ts'

/**
 * Lets a request pass or refuses it: the mode's mechanism says who it comes from, the role what
 * they may do. The other mode's credential is not looked at. A page that says in `Auth-User` whom
 * it takes this to be is refused when it is somebody else: another tab may have signed in as
 * another person, and nothing must be done as somebody the page does not name.
 */
export async function guard(x: Exchange, least: Role = 'reader'): Promise<Result<SignedIn>> {
  const verified = await strategies[x.mode].verify(x)
  if (!verified.ok) return verified
  const who = verified.value
  x.channel?.attach({ accountId: who.userId, handle: who.signInId })
  const expected = x.request.headers.get('auth-user')
  if (expected !== null && expected !== who.userId) return refuse('another_user')
  if (!hasRole(who.role, least)) return refuse('role_too_low')
  x.trace.tell('access.granted', () => ({ userId: who.userId, role: who.role, mode: who.mode }))
  return accept(who)
}
