import { SignJWT } from 'jose'
import type { Account } from '../../accounts/account.ts'
import { plusSeconds, secondsBetween, toNumericDate } from '../../clock.ts'
import type { Exchange } from '../../context/context.ts'
import { createHandle, createSecret, hashSecret } from '../../random.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import type { AccountStanding } from '../../store/accounts.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { Issued } from '../mechanism.ts'
import { send } from './carrier.ts'

/**
 * Begins a sign-in with a token: one row for the family, a refresh token if this browser wants one
 * and keeps cookies, and the first access token. Always a new family, whatever cookie came with the
 * request.
 */
export async function issue(x: Exchange, account: Account, signInVersion: string): Promise<Issued> {
  const sid = createHandle()
  const now = x.app.clock.now()
  const secret = x.settings.refresh && x.mayRenew ? createSecret() : null
  // Without a refresh token the sign-in is over when its one access token is.
  const absoluteExpiresAt = plusSeconds(
    now,
    secret ? LIFETIMES.refreshAbsolute : x.settings.accessTokenSeconds,
  )
  const jti = createHandle()
  const idleExpiresAt = secret ? plusSeconds(now, LIFETIMES.refreshIdle) : absoluteExpiresAt
  const family = {
    id: sid,
    userId: account.id,
    createdAt: now,
    lastSeenAt: now,
    absoluteExpiresAt,
    idleExpiresAt,
    signInVersion,
    currentHash: secret && hashSecret(secret),
    currentJti: jti,
    ...x.client,
  }
  const since = x.trace.since()
  await x.app.families.create(family)
  x.trace.tell(
    'family.created',
    () => ({ sid, absoluteExpiresAt: absoluteExpiresAt.toISOString() }),
    since,
  )
  if (secret) {
    x.trace.tell('refresh.created', () => ({
      key: fingerprint(hashSecret(secret)),
      expiresAt: idleExpiresAt.toISOString(),
    }))
    await send(x, { sid, secret }, secondsBetween(now, idleExpiresAt))
  }
  return reissue(
    x,
    { sid, jti, absoluteExpiresAt },
    (await x.app.accounts.standing(account.id)) ?? gone(account),
  )
}

/**
 * An account that is not there any more: nothing made for it is good, since nobody has this
 * version.
 */
const gone = (account: Account): AccountStanding => ({ account, tokenVersion: createHandle() })

/**
 * The next access token of a sign-in. Role and version are of one reading, from before whatever may
 * have changed since.
 */
export async function reissue(
  x: Exchange,
  { sid, jti, absoluteExpiresAt }: { sid: string; jti: string; absoluteExpiresAt: Date },
  standing: AccountStanding,
): Promise<Issued> {
  const { accessTokenSeconds } = x.settings
  const { audience } = x.app.config
  // Never past the end of its family: a token that outlived it could not be ended with it.
  const wanted = { sid, jti, audience, seconds: accessTokenSeconds, notAfter: absoluteExpiresAt }
  const signed = await sign(x, wanted, standing)
  return { account: standing.account, signInId: sid, body: toTokenBody(signed) }
}

type Wanted = { sid: string; jti: string; audience: string; seconds: number; notAfter: Date }
type Signed = { accessToken: string; expiresIn: number }

/**
 * An access token (RFC 9068, claims `iss aud sub iat exp jti` and our `sid`, `role` and `ver`),
 * signed with the key its `kid` names. It is good while the account has the version it was read
 * with: a change in between makes it worth nothing from the start.
 */
export async function sign(
  x: Exchange,
  { sid, jti, audience, seconds, notAfter }: Wanted,
  { account, tokenVersion }: AccountStanding,
): Promise<Signed> {
  const { algorithm, revocation } = x.settings
  const key = await x.app.keys.signingKey(algorithm)
  const iat = toNumericDate(x.app.clock.now())
  const header = { alg: algorithm, kid: key.kid, typ: 'at+jwt' }
  const claims = {
    iss: x.app.config.issuer,
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
  const since = x.trace.since()
  const accessToken = await new SignJWT(claims).setProtectedHeader(header).sign(key.key)
  x.trace.tell('token.signed', () => ({ token: accessToken, header, claims }), since)
  return { accessToken, expiresIn: claims.exp - iat }
}

/** RFC 6749, 5.1. */
export const toTokenBody = ({ accessToken, expiresIn }: Signed) => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: expiresIn,
})
