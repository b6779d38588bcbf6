import { hasRole, type Role } from '../accounts/account.ts'
import type { Exchange, SignedIn } from '../exchange.ts'
import { accept, type Result, refuse } from '../result.ts'
import { strategies } from './strategy.ts'

/**
 * Lets a request pass or refuses it: the mode's mechanism says who it comes from, the role what they may do.
 * The other mode's credential is not looked at.
 */
export async function guard(x: Exchange, least: Role = 'reader'): Promise<Result<SignedIn>> {
  const verified = await strategies[x.mode].verify(x)
  if (!verified.ok) return verified
  const who = verified.value
  x.channel?.attach({ accountId: who.userId, handle: who.signInId })
  if (!hasRole(who.role, least)) return refuse('role_too_low')
  x.trace.tell('access.granted', () => ({ userId: who.userId, role: who.role, mode: who.mode }))
  return accept(who)
}
