import { CompactSign, type CryptoKey, generateKeyPair, importJWK, type JWK } from 'jose'
import { decode } from 'jose/base64url'
import { checkAccessToken, type Pinned, type TokenRefusal } from '../../auth/jwt/check.ts'
import { ALGORITHMS, type Algorithm } from '../../settings/settings.ts'
import { readToken } from './reading.ts'

/** What the gate checks, in the order in which it does. */
export const CHECKS = [
  'shape',
  'header',
  'key',
  'signature',
  'addressee',
  'time',
  'claims',
  'lifetime',
] as const
export type Check = (typeof CHECKS)[number]

export type CheckedStep = {
  check: Check
  /** `unknowable`: only the server has the secret that it takes. */
  state: 'passed' | 'refused' | 'unknowable' | 'not_reached'
  /** What the gate would say if the signature were right, where it was not reached. */
  supposed: 'passed' | 'refused' | null
  refusal: { reason: string; because: string | null } | null
}

export type Verdict = { outcome: 'accepted' | 'refused' | 'unknowable'; steps: CheckedStep[] }

const REFUSED_AT: Record<string, Check> = {
  'token.malformed': 'shape',
  'token.header_refused': 'header',
  'token.type_refused': 'header',
  'token.key_unknown': 'key',
  'token.signature_wrong': 'signature',
  'token.issuer_refused': 'addressee',
  'token.audience_refused': 'addressee',
  'token.expired': 'time',
  'token.claims_refused': 'claims',
  'token.lifetime_refused': 'lifetime',
}

/** At which check a token fell, from the gate's own reason. */
export function refusedAt(
  accessToken: string,
  { reason, because }: Pick<TokenRefusal, 'reason' | 'because'>,
): Check {
  const alg = readToken(accessToken).header.members?.alg
  // One reason for two checks: an algorithm that this app never uses, and one that is not the
  // key's.
  if (reason === 'token.algorithm_refused')
    return ALGORITHMS.includes(alg as Algorithm) ? 'key' : 'header'
  if (reason === 'token.not_yet_valid') return because === 'nbf' ? 'time' : 'lifetime'
  // The library names the bare claim where a time is no number; the second gate says what is wrong
  // with it.
  if (reason === 'token.claims_refused' && /^(exp|nbf|iat)$/.test(because ?? '')) return 'time'
  return REFUSED_AT[reason] ?? 'claims'
}

type Rules = { issuer: string; audience: string; now: Date }

/**
 * The server's own gate, run here with the published keys. Where the signature is wrong, or cannot
 * be checked without the secret, the rest is judged too as if it were right, with a key made for
 * this once: what is told of that is marked as supposed.
 */
export async function judge(
  accessToken: string,
  rules: Rules,
  published: readonly JWK[],
): Promise<Verdict> {
  const checked = await checkAccessToken(accessToken, {
    ...rules,
    findKey: kid => findPublished(published, kid),
  })
  if (checked.ok) return { outcome: 'accepted', steps: toSteps(null, null) }
  const isSecret =
    checked.reason === 'token.key_unknown' && readToken(accessToken).header.members?.alg === 'HS256'
  const fell = { at: refusedAt(accessToken, checked), refusal: checked, isSecret }
  const isSupposable = isSecret || fell.at === 'signature'
  return {
    outcome: isSecret ? 'unknowable' : 'refused',
    steps: toSteps(fell, isSupposable ? await suppose(accessToken, rules) : null),
  }
}

type Fell = { at: Check; refusal: TokenRefusal; isSecret?: boolean }
/** `accepted` where nothing else would have been refused. */
type Supposed = Fell | 'accepted'

function toSteps(fell: Fell | null, supposed: Supposed | null): CheckedStep[] {
  const fellAt = fell ? CHECKS.indexOf(fell.at) : CHECKS.length
  return CHECKS.map((check, index) => {
    if (index < fellAt) return { check, state: 'passed', supposed: null, refusal: null }
    if (fell && index === fellAt)
      return {
        check,
        state: fell.isSecret ? 'unknowable' : 'refused',
        supposed: null,
        refusal: told(fell),
      }
    return { check, state: 'not_reached', ...toSupposed(check, supposed) }
  })
}

function toSupposed(
  check: Check,
  supposed: Supposed | null,
): Pick<CheckedStep, 'supposed' | 'refusal'> {
  // The signature itself is what is supposed.
  if (!supposed || check === 'signature') return { supposed: null, refusal: null }
  if (supposed === 'accepted' || CHECKS.indexOf(check) < CHECKS.indexOf(supposed.at))
    return { supposed: 'passed', refusal: null }
  return check === supposed.at
    ? { supposed: 'refused', refusal: told(supposed) }
    : { supposed: null, refusal: null }
}

const told = ({ refusal: { reason, because } }: Fell) => ({ reason, because: because ?? null })

const findPublished: (published: readonly JWK[], kid: string) => ReturnType<Pinned['findKey']> =
  async (published, kid) => {
    const jwk = published.find(candidate => candidate.kid === kid)
    if (!jwk?.alg) return null
    return { kid, algorithm: jwk.alg as Algorithm, key: await importJWK(jwk, jwk.alg) }
  }

/** The same header and claims, signed with a key that this page made and trusts for this alone. */
async function suppose(accessToken: string, rules: Rules): Promise<Supposed> {
  const { header, claims } = readToken(accessToken)
  const { alg, kid } = header.members as { alg: Algorithm; kid: string }
  const { signing, verifying } = await ownKeys(alg)
  const resigned = await new CompactSign(decode(claims.encoded))
    .setProtectedHeader({ ...header.members, alg })
    .sign(signing)
  const findKey = async () => ({ kid, algorithm: alg, key: verifying })
  const checked = await checkAccessToken(resigned, { ...rules, findKey })
  return checked.ok ? 'accepted' : { at: refusedAt(resigned, checked), refusal: checked }
}

type OwnKeys = { signing: CryptoKey | Uint8Array; verifying: CryptoKey | Uint8Array }
const made = new Map<Algorithm, Promise<OwnKeys>>()

/** Made once for each algorithm: an RSA key takes a while. */
function ownKeys(algorithm: Algorithm): Promise<OwnKeys> {
  const known = made.get(algorithm) ?? makeKeys(algorithm)
  made.set(algorithm, known)
  return known
}

async function makeKeys(algorithm: Algorithm): Promise<OwnKeys> {
  if (algorithm === 'HS256') {
    const secret = crypto.getRandomValues(new Uint8Array(32))
    return { signing: secret, verifying: secret }
  }
  const { privateKey, publicKey } = await generateKeyPair(algorithm)
  return { signing: privateKey, verifying: publicKey }
}
