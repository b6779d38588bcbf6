import type { JWK } from 'jose'
import { encode } from 'jose/base64url'
import { type Reading, readToken, withMember, withoutSignature } from './reading.ts'

/**
 * What people try on tokens. Each is a whole token, made here and now from the one that is looked
 * at.
 */
export const PRESETS = [
  'role',
  'exp',
  'none',
  'hmac',
  'audience',
  'spelling',
  'milliseconds',
] as const
export type Preset = (typeof PRESETS)[number]

const TEN_YEARS_SECONDS = 10 * 365 * 24 * 60 * 60

/**
 * The altered token, or null where this one has not what it takes: a part that cannot be read, or
 * no published key.
 */
export async function applyPreset(
  preset: Preset,
  original: Reading,
  published: readonly JWK[],
): Promise<string | null> {
  const [header, claims] = [original.header.members, original.claims.members]
  if (!header || !claims) return null
  switch (preset) {
    case 'role':
      return withMember(original, 'claims', 'role', claims.role === 'admin' ? 'editor' : 'admin')
    case 'exp':
      return withMember(original, 'claims', 'exp', Number(claims.exp) + TEN_YEARS_SECONDS)
    case 'milliseconds':
      return withMember(original, 'claims', 'exp', Number(claims.exp) * 1000)
    case 'audience':
      return withMember(original, 'claims', 'aud', 'another-service')
    case 'none':
      return withoutSignature(readToken(withMember(original, 'header', 'alg', 'none')))
    case 'spelling':
      return `${original.token}=`
    case 'hmac':
      return signWithPublicKey(
        original,
        published.find(key => key.kid === header.kid) ?? published[0],
      )
  }
}

/**
 * The key confusion of RFC 8725, section 2.1: HS256 with the published key, as text, for a secret.
 * A verifier that lets the header choose the algorithm would check it with the very same bytes.
 */
async function signWithPublicKey(original: Reading, key: JWK | undefined): Promise<string | null> {
  if (!key) return null
  const header = { ...original.header.members, alg: 'HS256', kid: key.kid }
  const signed = `${encode(JSON.stringify(header))}.${original.claims.encoded}`
  const secret = new TextEncoder().encode(JSON.stringify(key))
  const hmac = await crypto.subtle.importKey(
    'raw',
    secret,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const signature = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(signed))
  return `${signed}.${encode(new Uint8Array(signature))}`
}
