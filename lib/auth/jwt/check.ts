import {
  base64url,
  type CryptoKey,
  compactVerify,
  decodeProtectedHeader,
  errors,
  jwtVerify,
} from 'jose'
import { z } from 'zod'
import { CLOCKS_APART, toNumericDate } from '../../clock.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { ALGORITHMS, type Algorithm, LIFETIMES, ROLES } from '../../settings/settings.ts'

// In a page zod's compiler would try whether it may use `eval`: the policy says no, and each try is
// reported. So it is told before any schema is made.
if (typeof window !== 'undefined') z.config({ jitless: true })

/**
 * A key bound to one algorithm by its `kid`: what the header of a token claims never chooses the
 * algorithm (RFC 8725, 3.1).
 */
export type Key = { kid: string; algorithm: Algorithm; key: CryptoKey | Uint8Array }

/**
 * What a verifier insists on. Nothing else is asked: a token is judged by itself, the keys and the
 * time.
 */
export type Pinned = {
  issuer: string
  /** One of these. */
  audience: string | string[]
  now: Date
  /** The key a `kid` names, or null when there is none that may be used. */
  findKey(kid: string): Promise<Key | null>
}

const MAX_LENGTH = 4096

/**
 * Exactly this and nothing else: no `jwk`, `jku`, `x5u` to fetch a key by, no `crit`, no `b64` (RFC
 * 8725, 3.1 to 3.10).
 */
const Header = z.strictObject({
  typ: z.literal('at+jwt'),
  alg: z.enum(ALGORITHMS),
  kid: z.string().regex(/^[\w-]{1,64}$/),
})
export type Header = z.infer<typeof Header>

// To the end of the year 9999: milliseconds do not fit.
const numericDate = z.int().min(0).max(253_402_300_799)
const name = z.string().regex(/^[\w-]{1,64}$/)

/**
 * The second gate. A library checks that the claims it is told of are there; this checks that they
 * are what this app would write.
 */
const Claims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  sub: name,
  iat: numericDate,
  exp: numericDate,
  jti: name,
  sid: name,
  role: z.enum(ROLES),
  /** The account's version of access tokens: whatever supersedes them changes it. */
  ver: name,
  revocation: z.literal('none').optional(),
})
export type Claims = z.infer<typeof Claims>

/** What is in a token that passed, and the key that its signature fits. */
export type Checked = { header: Header; claims: Claims; key: Key }
export type CheckedToken = Result<Checked>
export type TokenRefusal = Extract<CheckedToken, { ok: false }>

/**
 * Everything that can be decided from an access token and a key (RFC 9068, section 4): the shape of
 * the compact form, the header, the key, the signature with everything pinned, then type, range and
 * lifetime of every claim. Each refusal has its own reason. Runs wherever there is Web Crypto: the
 * app, another service, a page.
 */
export async function checkAccessToken(accessToken: string, pinned: Pinned): Promise<CheckedToken> {
  if (!isCompact(accessToken)) return refuse('token.malformed')
  const header = readHeader(accessToken)
  if (!header.ok) return header
  const key = await pinned.findKey(header.value.kid)
  if (!key) return refuse('token.key_unknown', { because: `kid ${header.value.kid}` })
  if (key.algorithm !== header.value.alg)
    return refuse('token.algorithm_refused', { because: `the key is for ${key.algorithm}` })

  const { issuer, audience, now } = pinned
  const options = {
    algorithms: [key.algorithm],
    issuer,
    audience,
    typ: 'at+jwt',
    currentDate: now,
    clockTolerance: 0,
  }
  try {
    const { payload } = await jwtVerify(accessToken, key.key, options)
    const claims = readClaims(accessToken, payload, now)
    return claims.ok ? accept({ header: header.value, claims: claims.value, key }) : claims
  } catch (thrown) {
    return refusalFor(thrown)
  }
}

/**
 * Of an access token only whether this issuer signed it, and what is in it, whatever its time: all
 * that has to be known to end it. Null for what the issuer cannot have made, so that it will never
 * be good; refused where a key it names is not known.
 */
export async function openSigned(
  accessToken: string,
  findKey: Pinned['findKey'],
): Promise<Result<Claims | null>> {
  const header = isCompact(accessToken) ? readHeader(accessToken) : null
  if (!header?.ok) return accept(null)
  const { kid, alg } = header.value
  const key = await findKey(kid)
  if (!key) return refuse('token.key_unknown', { because: `kid ${kid}` })
  if (key.algorithm !== alg) return accept(null)
  try {
    const { payload } = await compactVerify(accessToken, key.key, { algorithms: [key.algorithm] })
    return accept(Claims.safeParse(JSON.parse(new TextDecoder().decode(payload))).data ?? null)
  } catch {
    return accept(null)
  }
}

function isCompact(accessToken: string): boolean {
  const parts = accessToken.split('.')
  return accessToken.length <= MAX_LENGTH && parts.length === 3 && parts.every(isCanonicalBase64url)
}

function readHeader(accessToken: string): Result<Header> {
  try {
    const header = Header.safeParse(decodeProtectedHeader(accessToken))
    if (header.success && hasEachMemberOnce(accessToken, 0)) return accept(header.data)
    const member = header.error?.issues[0]?.path[0]
    const reason =
      member === 'typ'
        ? 'token.type_refused'
        : member === 'alg'
          ? 'token.algorithm_refused'
          : 'token.header_refused'
    return refuse(reason, { because: header.error ? explain(header.error) : 'a member twice' })
  } catch {
    return refuse('token.header_refused')
  }
}

function readClaims(accessToken: string, payload: unknown, now: Date): Result<Claims> {
  const claims = Claims.safeParse(payload)
  if (!claims.success) return refuse('token.claims_refused', { because: explain(claims.error) })
  if (!hasEachMemberOnce(accessToken, 1))
    return refuse('token.claims_refused', { because: 'a claim twice' })
  const { iat, exp } = claims.data
  if (isAhead(iat, now)) return refuse('token.not_yet_valid', { because: `iat ${iat}` })
  if (exp <= iat || exp - iat > LIFETIMES.accessToken)
    return refuse('token.lifetime_refused', { because: `exp is ${exp - iat} s after iat` })
  return accept(claims.data)
}

const isAhead = (iat: number, now: Date): boolean => iat > toNumericDate(now) + CLOCKS_APART

/**
 * What of a token that passed once may be otherwise at another moment, or for another verifier with
 * the same keys: time, issuer and audience. Everything else is a matter of its bytes and its key.
 */
export function checkAgain(claims: Claims, { now, issuer, audience }: Pinned): Result<Claims> {
  const { iss, aud, iat, exp } = claims
  if (iss !== issuer) return refuse('token.issuer_refused', { because: 'iss' })
  if (![audience].flat().includes(aud)) return refuse('token.audience_refused', { because: 'aud' })
  if (exp <= toNumericDate(now)) return refuse('token.expired', { expiredAt: new Date(exp * 1000) })
  if (isAhead(iat, now)) return refuse('token.not_yet_valid', { because: `iat ${iat}` })
  return accept(claims)
}

const REASONS = {
  iss: 'token.issuer_refused',
  aud: 'token.audience_refused',
  nbf: 'token.not_yet_valid',
} as const

// Anything thrown while verifying is a refusal: jose throws a TypeError where key and algorithm do
// not fit.
function refusalFor(thrown: unknown): TokenRefusal {
  if (thrown instanceof errors.JWTExpired)
    return refuse('token.expired', { expiredAt: new Date(Number(thrown.payload.exp) * 1000) })
  if (thrown instanceof errors.JWTInvalid)
    return refuse('token.claims_refused', { because: 'not a JSON object' })
  if (!(thrown instanceof errors.JWTClaimValidationFailed)) return refuse('token.signature_wrong')
  const reason = REASONS[thrown.claim as keyof typeof REASONS] ?? 'token.claims_refused'
  return refuse(reason, { because: thrown.claim })
}

function explain(error: z.ZodError): string {
  const [issue] = error.issues
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')
}

// base64url of RFC 7515: no padding, no other alphabet, no unused bits set. One token must have one
// spelling.
const isCanonicalBase64url = (part: string): boolean =>
  /^[\w-]+$/.test(part) &&
  part.length % 4 !== 1 &&
  base64url.encode(base64url.decode(part)) === part

// JSON.parse keeps the last of two equal members; another reader may keep the first. Both are
// refused (RFC 7519, section 4).
function hasEachMemberOnce(accessToken: string, part: 0 | 1): boolean {
  try {
    const bytes = base64url.decode(accessToken.split('.')[part] ?? '')
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const members = [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(match => match[1])
    return members.length === Object.keys(JSON.parse(json)).length
  } catch {
    return false
  }
}

/**
 * RFC 6750, 2.1: the scheme is case-insensitive, then one space or more, then one b64token and
 * nothing else.
 */
const BEARER = /^bearer +([\w\-.~+/]+=*)$/i

/**
 * The access token in an Authorization header: missing where there is no bearer at all, malformed
 * where it cannot be read.
 */
export function readBearer(header: string | null): Result<string> {
  if (header === null || !/^bearer(\s|$)/i.test(header)) return refuse('token.missing')
  const accessToken = BEARER.exec(header)?.[1]
  return accessToken ? accept(accessToken) : refuse('token.header_malformed')
}
