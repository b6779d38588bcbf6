import { toNumericDate } from '../../clock.ts'
import type { Exchange, SignedIn } from '../../exchange.ts'
import { accept, type Result, refuse } from '../../result.ts'
import { type CheckedToken, type Claims, checkAccessToken, type TokenRefusal } from '../access-token.ts'
import { receive } from './carrier.ts'

/** Who this request comes from: the token itself, then standing. */
export async function verify(x: Exchange): Promise<Result<SignedIn>> {
  const carried = await receive(x)
  if (!carried.ok) return carried
  const checked = await checkToken(x, carried.value)
  return checked.ok ? checkStanding(x, checked.value.claims) : checked
}

/** What can be decided from the token and a key, told to the trace. Nothing is asked of the store. */
export async function checkToken(
  x: Exchange,
  accessToken: string,
  audience: string | string[] = x.app.config.audience,
): Promise<CheckedToken> {
  const since = x.trace.since()
  const { issuer, demo } = x.app.config
  const pinned = { issuer, audience, now: x.app.clock.now(), findKey: x.app.keys.verificationKey }
  const checked = await checkAccessToken(accessToken, pinned)
  if (!checked.ok) return tellRefusal(x, checked, since)
  const { header, claims } = checked.value
  if (claims.revocation === 'none' && !demo)
    return tellRefusal(x, { ...refuse('token.claims_refused'), because: 'revocation' }, since)
  x.trace.tell('token.verified', () => ({ algorithm: header.alg, kid: header.kid, claims }), since)
  return checked
}

function tellRefusal(x: Exchange, refusal: TokenRefusal, since: number): TokenRefusal {
  const { reason, because = null, expiredAt } = refusal
  if (expiredAt)
    x.trace.tell('token.expired', () => ({ exp: toNumericDate(expiredAt), at: expiredAt.toISOString() }), since)
  else x.trace.tell('token.refused', () => ({ reason, because }), since)
  return refusal
}

/** What can end a token before its `exp`: one question to the store, unless it was issued with revocation off. */
export async function checkStanding(x: Exchange, claims: Claims): Promise<Result<SignedIn>> {
  const { sub: userId, sid, jti, role } = claims
  const who = { mode: 'token', userId, role, signInId: sid, expiresAt: new Date(claims.exp * 1000) } as const
  if (claims.revocation === 'none') {
    x.trace.tell('revocation.skipped', () => ({ jti, because: 'revocation_none' }))
    return accept({ ...who, profile: () => x.app.accounts.byId(userId) })
  }
  const since = x.trace.since()
  const { account, denied, signInEnded, notBefore } = await x.app.families.standing(claims)
  const standing =
    !account || account.disabled
      ? 'account_disabled'
      : denied
        ? 'denied'
        : signInEnded
          ? 'sign_in_ended'
          : (notBefore && claims.iat < toNumericDate(notBefore)) || account.role !== role
            ? 'superseded'
            : 'clear'
  x.trace.tell('revocation.checked', () => ({ jti, standing }), since)
  if (standing === 'clear') return accept({ ...who, profile: async () => account })
  return refuse(standing === 'denied' ? 'token.revoked' : `token.${standing}`)
}
