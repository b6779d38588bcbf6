import type { Exchange } from '../../context/context.ts'
import { COOKIES } from '../../http/cookies.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import type { Claims } from '../jwt/check.ts'
import { receive, receiveRefresh } from './carrier.ts'
import { checkToken } from './verify.ts'

/**
 * Ends a family: no refresh token of it is exchanged again, and no access token of it passes where
 * revocation is on.
 */
export async function endFamily(x: Exchange, sid: string, because: string): Promise<boolean> {
  const since = x.trace.since()
  const ended = await x.app.families.end(sid, x.app.clock.now(), because)
  if (!ended) return false
  x.trace.tell('family.ended', () => ({ sid, because }), since)
  // Whoever signs out here knows; the browser whose sign-in somebody else ended has to be told.
  if (because !== 'signed_out') x.app.bus.tellSignInEnded(sid, 'token', because)
  return true
}

/**
 * Ends the sign-in this request comes from: the family by whichever credential names it, and the
 * access token by its `jti`. Refused when neither credential is any good.
 */
export async function revoke(x: Exchange): Promise<Result<boolean>> {
  const accessToken = x.request.headers.has('authorization')
    ? await receive(x)
    : refuse('token.missing')
  const checked = accessToken.ok ? await checkToken(x, accessToken.value) : accessToken
  const refreshToken = x.cookies.has(COOKIES.refresh) ? await receiveRefresh(x) : null
  if (!checked.ok && !refreshToken?.ok)
    return checked.reason === 'token.missing' && refreshToken ? refreshToken : checked

  const sids = new Set<string>()
  if (checked.ok) sids.add(checked.value.claims.sid)
  if (refreshToken?.ok) sids.add(refreshToken.value.sid)
  const ended = await Promise.all([...sids].map(sid => endFamily(x, sid, 'signed_out')))
  if (checked.ok) await deny(x, checked.value.claims)
  return accept(ended.includes(true))
}

/**
 * Refuses one access token until its `exp`. One that was issued with revocation off cannot be
 * ended: false, it is left to expire.
 */
export async function deny(x: Exchange, { jti, exp, revocation }: Claims): Promise<boolean> {
  // Outside demo mode no token says so and is good.
  if (revocation === 'none' && x.app.config.demo) {
    x.trace.tell('revocation.skipped', () => ({ jti, because: 'revocation_none' }))
    return false
  }
  const since = x.trace.since()
  const until = new Date(exp * 1000)
  await x.app.families.deny(jti, until)
  x.trace.tell('token.denied', () => ({ jti, until: until.toISOString() }), since)
  return true
}
