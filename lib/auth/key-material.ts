import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { createSecret } from '../random.ts'
import type { Algorithm } from '../settings/settings.ts'
import type { Key } from './jwt/check.ts'

/** A key as an instance holds it, and where it is in its life. */
export type LoadedKey = {
  signing: Key
  verification: Key
  publicJwk: JWK | null
  retiredAt: Date | null
  createdAt: Date
  /** The private half as it is stored, by which a key is known to be the one loaded before. */
  sealedPrivate: string
}

/**
 * A new key as a JWK, private half and all (RFC 7518): RSA with 3072 bits, P-256, Ed25519, or 256
 * random bits.
 */
export async function generateJwk(algorithm: Algorithm): Promise<JWK> {
  if (algorithm === 'HS256') return { kty: 'oct', k: createSecret() }
  const { privateKey } = await generateKeyPair(algorithm, {
    extractable: true,
    modulusLength: 3072,
  })
  return exportJWK(privateKey)
}

/**
 * Oldest first; of the same moment the one that is retired first, then by name, so that all
 * instances agree.
 */
export function byAge(a: LoadedKey, b: LoadedKey): number {
  const retires = ({ retiredAt }: LoadedKey) => retiredAt?.getTime() ?? Number.MAX_SAFE_INTEGER
  return (
    a.createdAt.getTime() - b.createdAt.getTime() ||
    retires(a) - retires(b) ||
    (a.signing.kid < b.signing.kid ? -1 : 1)
  )
}

const PRIVATE_MEMBERS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'])

/**
 * The members anybody may have, or null where there are none: a symmetric key has no public half.
 */
export const publicHalf = (privateJwk: JWK): JWK | null =>
  privateJwk.kty === 'oct'
    ? null
    : (Object.fromEntries(
        Object.entries(privateJwk).filter(([member]) => !PRIVATE_MEMBERS.has(member)),
      ) as JWK)

/**
 * A stored key as it is used: one half signs, the other verifies, and a third form is published.
 */
export async function toLoadedKey(
  kid: string,
  algorithm: Algorithm,
  privateJwk: JWK,
  row: Pick<LoadedKey, 'createdAt' | 'retiredAt' | 'sealedPrivate'>,
): Promise<LoadedKey> {
  const half = publicHalf(privateJwk)
  const publicJwk = half && { ...half, kid, alg: algorithm, use: 'sig' }
  const signing = { kid, algorithm, key: await importJWK(privateJwk, algorithm) }
  const verification = {
    kid,
    algorithm,
    key: publicJwk ? await importJWK(publicJwk, algorithm) : signing.key,
  }
  const { createdAt, retiredAt, sealedPrivate } = row
  return { signing, verification, publicJwk, retiredAt, createdAt, sealedPrivate }
}
