import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { ROLES } from '../../accounts/account.ts'
import { toNumericDate } from '../../clock.ts'
import type { Exchange, SignedIn } from '../../exchange.ts'
import type { Reason } from '../../http/problems.ts'
import { accept, type Result, refuse } from '../../result.ts'
import { ALGORITHMS, LIFETIMES } from '../../settings.ts'
import { receive } from './carrier.ts'

const MAX_LENGTH = 4096
/** How far `iat` may lie ahead: what clocks of several instances may differ by, in seconds. */
const CLOCK_TOLERANCE = 5

/** Exactly this and nothing else: no `jwk`, `jku`, `x5u` to fetch a key by, no `crit`, no `b64` (RFC 8725, 3.1 to 3.10). */
const Header = z.strictObject({
  alg: z.enum(ALGORITHMS),
  kid: z.string().regex(/^[\w-]{1,64}$/),
  typ: z.literal('at+jwt'),
})

const numericDate = z.int().min(0).max(253_402_300_799) // to the end of the year 9999: milliseconds do not fit
const name = z.string().regex(/^[\w-]{1,64}$/)

/** The second gate. A library checks that the claims it is told of are there; this checks that they are what this server would write. */
const Claims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: name,
  iat: numericDate,
  exp: numericDate,
  jti: name,
  sid: name,
  role: z.enum(ROLES),
  revocation: z.literal('none').optional(),
})
export type Claims = z.infer<typeof Claims>

/** Who this request comes from: shape, then signature and pinned claims, then the second gate, then standing. */
export async function verify(x: Exchange): Promise<Result<SignedIn>> {
  const carried = await receive(x)
  if (!carried.ok) return carried
  const since = x.trace.since()
  const checked = await checkToken(x, carried.value)
  if (!checked.ok) {
    if (checked.reason !== 'token.expired') x.trace.tell('token.refused', () => ({ reason: checked.reason }), since)
    return checked
  }
  const { header, claims } = checked.value
  x.trace.tell('token.verified', () => ({ algorithm: header.alg, kid: header.kid, claims }), since)
  return checkStanding(x, claims)
}

/** Everything that can be decided from the token and a key: nothing is asked of the store. */
export async function checkToken(
  x: Exchange,
  accessToken: string,
): Promise<Result<{ header: z.infer<typeof Header>; claims: Claims }>> {
  if (
    accessToken.length > MAX_LENGTH ||
    !accessToken.split('.').every(isCanonicalBase64url) ||
    accessToken.split('.').length !== 3
  ) {
    return refuse('token.malformed')
  }
  const header = readHeader(accessToken)
  if (!header) return refuse('token.header_refused')
  const key = await x.app.keys.verificationKey(header.kid)
  if (!key) return refuse('token.key_unknown')
  if (key.algorithm !== header.alg) return refuse('token.algorithm_refused')

  const now = x.app.clock.now()
  const { issuer, audience } = x.app.config
  const pinned = { algorithms: [header.alg], issuer, audience, typ: 'at+jwt', currentDate: now, clockTolerance: 0 }
  try {
    const { payload } = await jwtVerify(accessToken, key.key, pinned)
    const claims = Claims.safeParse(payload)
    if (!claims.success || !hasEachMemberOnce(accessToken)) return refuse('token.claims_refused')
    const { iat, exp } = claims.data
    const tooLong = exp - iat > LIFETIMES.accessToken || exp <= iat
    if (tooLong || iat > toNumericDate(now) + CLOCK_TOLERANCE) return refuse('token.claims_refused')
    if (claims.data.revocation === 'none' && !x.app.config.demo) return refuse('token.claims_refused')
    return accept({ header, claims: claims.data })
  } catch (thrown) {
    if (thrown instanceof errors.JWTExpired) {
      const exp = Number(thrown.payload.exp)
      x.trace.tell('token.expired', () => ({ exp, at: new Date(exp * 1000).toISOString() }))
    }
    return refuse(reasonFor(thrown))
  }
}

// Anything thrown while verifying is a refusal: jose throws a TypeError where key and algorithm do not fit.
function reasonFor(thrown: unknown): Reason {
  if (thrown instanceof errors.JWTExpired) return 'token.expired'
  if (thrown instanceof errors.JWTClaimValidationFailed) return 'token.claims_refused'
  return 'token.signature_wrong'
}

// base64url of RFC 7515: no padding, no other alphabet, no unused bits set. One token must have one spelling.
function isCanonicalBase64url(part: string): boolean {
  return /^[\w-]+$/.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part
}

function readHeader(accessToken: string) {
  try {
    const header = Header.safeParse(decodeProtectedHeader(accessToken))
    return header.success && hasEachMemberOnce(accessToken, 0) ? header.data : null
  } catch {
    return null
  }
}

// JSON.parse keeps the last of two equal members; another reader may keep the first. Both are refused (RFC 7519, section 4).
function hasEachMemberOnce(accessToken: string, part = 1): boolean {
  const json = Buffer.from(accessToken.split('.')[part] ?? '', 'base64url').toString('utf8')
  const members = [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(match => match[1])
  return members.length === Object.keys(JSON.parse(json)).length
}

/** What can end a token before its `exp`: one question to the store, unless it was issued with revocation off. */
async function checkStanding(x: Exchange, claims: Claims): Promise<Result<SignedIn>> {
  const { sub: userId, sid, jti, role } = claims
  const who = { mode: 'token', userId, role, signInId: sid } as const
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
