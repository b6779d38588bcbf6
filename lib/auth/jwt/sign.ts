import { SignJWT } from 'jose'
import type { AccountStanding } from '../../accounts/account.ts'
import { type Clock, toNumericDate } from '../../clock.ts'
import type { Context } from '../../context/context.ts'
import type { Algorithm } from '../../settings/settings.ts'
import type { Key } from './check.ts'

/** What of the app signing touches. */
export type SignParts = {
  clock: Clock
  keys: { signingKey(algorithm: Algorithm): Promise<Key> }
  config: { issuer: string }
}

/**
 * What a token is to say besides whom it stands for. `seconds` of life, and none past `notAfter`.
 */
type Wanted = { sid: string; jti: string; audience: string; seconds: number; notAfter: Date }
type Signed = { accessToken: string; expiresIn: number }

/**
 * An access token (RFC 9068, claims `iss aud sub iat exp jti` and our `sid`, `role` and `ver`),
 * signed with the key its `kid` names. It is good while the account has the version it was read
 * with: a change in between makes it worth nothing from the start.
 */
export async function sign(
  c: Context<SignParts>,
  { sid, jti, audience, seconds, notAfter }: Wanted,
  { account, tokenVersion }: AccountStanding,
): Promise<Signed> {
  const { algorithm, revocation } = await c.settings()
  const key = await c.app.keys.signingKey(algorithm)
  const iat = toNumericDate(c.app.clock.now())
  const header = { alg: algorithm, kid: key.kid, typ: 'at+jwt' }
  const claims = {
    iss: c.app.config.issuer,
    aud: audience,
    sub: account.id,
    iat,
    exp: Math.min(iat + seconds, toNumericDate(notAfter)),
    jti,
    sid,
    role: account.role,
    ver: tokenVersion,
    ...(revocation === 'none' ? { revocation } : {}),
  }
  const since = c.trace.since()
  const accessToken = await new SignJWT(claims).setProtectedHeader(header).sign(key.key)
  c.trace.tell('token.signed', () => ({ token: accessToken, header, claims }), since)
  return { accessToken, expiresIn: claims.exp - iat }
}

/** The members of an answer that brings an access token (RFC 6749, 5.1). */
export const toTokenBody = ({ accessToken, expiresIn }: Signed) => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
})
