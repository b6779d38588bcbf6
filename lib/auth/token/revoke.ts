import { type SignIn, toSignIn } from '../../accounts/account.ts'
import type { Context } from '../../context/context.ts'
import { COOKIES } from '../../http/cookies.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { deny, endFamily, receiveRefreshToken } from '../refresh-token.ts'
import { receive } from './carrier.ts'
import type { Parts } from './issue.ts'
import { open } from './open.ts'

/**
 * How does it end? The family by whichever credential names it, and the access token by its `jti`.
 * Refused when neither credential is any good.
 */
export async function revoke(c: Context<Parts>): Promise<Result<boolean>> {
  const isThere = c.request.headers.has('authorization')
  const received = isThere ? receive(c) : refuse('token.missing')
  const opened = received.ok ? await open(c, received.value) : received
  const refreshToken = c.cookies.has(COOKIES.refresh) ? await receiveRefreshToken(c) : null
  if (!opened.ok && !refreshToken?.ok)
    return opened.reason === 'token.missing' && refreshToken ? refreshToken : opened

  const sids = new Set<string>()
  if (opened.ok) sids.add(opened.value.sid)
  if (refreshToken?.ok) sids.add(refreshToken.value.sid)
  const ended = await Promise.all([...sids].map(sid => endFamily(c, sid, 'signed_out')))
  if (opened.ok) await deny(c, opened.value)
  return accept(ended.includes(true))
}

/** Ends one sign-in of an account by its public name. False when there is none. */
export async function end(
  c: Context<Parts>,
  userId: string,
  id: string,
  because: string,
): Promise<boolean> {
  return c.app.tokens.end(id, c.app.clock.now(), because, userId)
}

/** Lists the sign-ins of an account that are live now. */
export async function list(c: Context<Parts>, userId: string): Promise<SignIn[]> {
  const families = await c.app.tokens.listByUser(userId, c.app.clock.now())
  return families.map(family => toSignIn('token', family.id, family))
}
