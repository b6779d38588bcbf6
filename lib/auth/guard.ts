import type { Context, SignedIn } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { hasRole, type Role } from '../settings/settings.ts'
import type { Mechanism } from './mechanism.ts'

/**
 * Lets a request pass or refuses it. The mechanism says where the credential travels, whether this
 * server made it and whether it is still good; the role says what whoever it stands for may do. The
 * other mode's credential is not looked at.
 */
export async function guard<Parts, Opened>(
  mechanism: Mechanism<Parts, Opened>,
  c: Context<Parts>,
  role: Role = 'reader',
): Promise<Result<SignedIn>> {
  const received = mechanism.receive(c)
  if (!received.ok) return received
  const opened = await mechanism.open(c, received.value)
  if (!opened.ok) return opened
  const standing = await mechanism.standing(c, opened.value)
  if (!standing.ok) return standing

  const who = standing.value
  c.channel?.attach({ accountId: who.userId, handle: who.signInId })
  // Another tab may have signed in as another person: nothing is done as somebody whom the page
  // that asks does not name.
  const expected = c.request.headers.get('auth-user')
  if (expected !== null && expected !== who.userId) return refuse('another_user')
  if (!hasRole(who.role, role)) return refuse('role_too_low')
  c.trace.tell('access.granted', () => ({ userId: who.userId, role: who.role, mode: who.mode }))
  return accept(who)
}
