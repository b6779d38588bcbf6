import type { Context } from '../context/context.ts'
import { openCredential, type SealParts } from '../context/seal.ts'
import { type Result, refuse } from '../http/result.ts'
import { fingerprint } from '../wire/redaction.ts'
import type { Claims } from './jwt/check.ts'
import { cookie, type OpenedRefreshToken } from './token/carrier.ts'
import type { Parts } from './token/issue.ts'

/** The refresh token this request carries in its cookie. */
export async function receiveRefreshToken(
  c: Context<SealParts<'refresh'>>,
): Promise<Result<OpenedRefreshToken>> {
  const seal = c.cookies.get(cookie.name)
  if (!seal) return refuse('refresh.missing')
  c.trace.tell('refresh.received', () => ({ value: fingerprint(seal) }))
  return openCredential(c, cookie, seal)
}

/**
 * Ends a family: no refresh token of it is exchanged again, and no access token of it passes where
 * revocation is on.
 */
export async function endFamily(c: Context<Parts>, sid: string, because: string): Promise<boolean> {
  const since = c.trace.since()
  const ended = await c.app.tokens.end(sid, c.app.clock.now(), because)
  if (!ended) return false
  c.trace.tell('family.ended', () => ({ sid, because }), since)
  // Whoever signs out here knows; the browser whose sign-in somebody else ended has to be told.
  if (because !== 'signed_out') c.app.bus.tellSignInEnded(sid, 'token', because)
  return true
}

/**
 * Refuses one access token until its `exp`. One that was issued with revocation off cannot be
 * ended: false, it is left to expire.
 */
export async function deny(c: Context<Parts>, { jti, exp, revocation }: Claims): Promise<boolean> {
  // Outside demo mode no token says so and is good.
  if (revocation === 'none' && c.app.config.demo) {
    c.trace.tell('revocation.skipped', () => ({ jti, because: 'revocation_none' }))
    return false
  }
  const since = c.trace.since()
  const until = new Date(exp * 1000)
  await c.app.tokens.deny(jti, until)
  c.trace.tell('token.denied', () => ({ jti, until: until.toISOString() }), since)
  return true
}
