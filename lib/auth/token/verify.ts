import { toNumericDate } from '../../clock.ts'
import type { Exchange, SignedIn } from '../../context/context.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import type { Standing } from '../../store/tokens.ts'
import {
  type CheckedToken,
  type Claims,
  checkAccessToken,
  type TokenRefusal,
} from '../jwt/check.ts'
import { receive } from './carrier.ts'

/** Who this request comes from: the token itself, then standing. */
export async function verify(x: Exchange): Promise<Result<SignedIn>> {
  const carried = await receive(x)
  if (!carried.ok) return carried
  const checked = await checkToken(x, carried.value)
  return checked.ok ? checkStanding(x, checked.value.claims) : checked
}

/**
 * What can be decided from the token and a key, told to the trace. Nothing is asked of the store.
 */
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
    x.trace.tell(
      'token.expired',
      () => ({ exp: toNumericDate(expiredAt), at: expiredAt.toISOString() }),
      since,
    )
  else x.trace.tell('token.refused', () => ({ reason, because }), since)
  return refusal
}

/**
 * What can end a token before its `exp`: one question to the store, unless it was issued with
 * revocation off.
 */
export async function checkStanding(x: Exchange, claims: Claims): Promise<Result<SignedIn>> {
  const { sub: userId, sid, jti, role, ver } = claims
  const expiresAt = new Date(claims.exp * 1000)
  const who = {
    mode: 'token',
    userId,
    role,
    signInId: sid,
    tokenVersion: ver,
    record: null,
    expiresAt,
  } as const
  if (claims.revocation === 'none') {
    x.trace.tell('revocation.skipped', () => ({ jti, because: 'revocation_none' }))
    const kept = async () => (await x.app.families.standing(claims)).kept
    return accept({ ...who, profile: () => x.app.accounts.byId(userId), kept })
  }
  const found = await ask(x, claims)
  // The first use of what a refresh brought is noted before it is let in. Where that fails,
  // somebody has repeated the refresh, or was let in with it just now: what holds by then is asked
  // for.
  const { account, kept, standing } =
    found.isUnseen && !(await confirm(x, claims)) ? await ask(x, claims) : found
  if (standing === 'clear')
    return accept({ ...who, profile: async () => account, kept: async () => kept })
  return refuse(standing === 'denied' ? 'token.revoked' : `token.${standing}`)
}

async function ask(x: Exchange, claims: Claims) {
  const since = x.trace.since()
  const found = await x.app.families.standing(claims)
  const standing = standingOf(found, claims)
  x.trace.tell('revocation.checked', () => ({ jti: claims.jti, standing }), since)
  return { ...found, isUnseen: found.isUnseen && standing === 'clear', standing }
}

type Found = 'clear' | 'denied' | 'sign_in_ended' | 'superseded' | 'account_disabled'

function standingOf(
  { account, tokenVersion, denied, signInEnded }: Standing,
  { role, ver }: Claims,
): Found {
  if (!account || account.disabled) return 'account_disabled'
  if (denied) return 'denied'
  if (signInEnded) return 'sign_in_ended'
  return ver === tokenVersion && role === account.role ? 'clear' : 'superseded'
}

async function confirm(x: Exchange, { sid, jti }: Claims): Promise<boolean> {
  const since = x.trace.since()
  const confirmed = await x.app.families.markUsed(sid, jti)
  if (confirmed) x.trace.tell('refresh.confirmed', () => ({ sid }), since)
  return confirmed
}
