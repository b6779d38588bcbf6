import { sealData, unsealData } from 'iron-session'
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { type Clock, SECOND } from '../clock.ts'
import { createHandle, createSecret } from '../random.ts'
import { type Algorithm, DEFAULT_SETTINGS, LIFETIMES } from '../settings.ts'
import type { Database } from '../store/database.ts'
import type { Key } from './access-token.ts'

type LoadedKey = { signing: Key; verification: Key; publicJwk: JWK | null; retiredAt: Date | null; createdAt: Date }

/** An unknown `kid` may mean a key another instance made. Asking again at once for each would be a way to load the store. */
const RELOAD_COOL_DOWN = 10 * SECOND

/**
 * The keys that sign and verify access tokens, kept in the database, private halves sealed with the app's secret.
 * Made when first needed. A retired key verifies until the last token it signed has expired, then not.
 */
export function createKeys(database: Database, clock: Clock, passwords: Record<string, string>) {
  let loaded = new Map<string, LoadedKey>()
  let loadedAt = 0
  let foundNothingAt = 0
  let loading: Promise<void> | null = null
  const making = new Map<Algorithm, Promise<LoadedKey>>()

  const isUsable = (key: LoadedKey) =>
    key.retiredAt === null || clock.now().getTime() <= key.retiredAt.getTime() + LIFETIMES.accessToken * SECOND

  async function load(): Promise<void> {
    const rows = await database.signingKey.findMany()
    const opened = await Promise.all(
      rows.map(async row => {
        const privateJwk = await unsealData<JWK>(row.sealedPrivate, { password: passwords, ttl: 0 })
        // Sealed with a secret that is not configured any more: the key is lost, and what it signed is refused.
        return privateJwk.kty ? [await toLoadedKey(row.kid, row.algorithm as Algorithm, privateJwk, row)] : []
      }),
    )
    const keys = opened.flat()
    loaded = new Map(keys.map(key => [key.signing.kid, key]))
    loadedAt = clock.now().getTime()
  }

  const isOver = (since: number) => since === 0 || clock.now().getTime() - since >= RELOAD_COOL_DOWN

  /** Loads once for all who wait. */
  async function reload(): Promise<void> {
    loading ??= load().finally(() => {
      loading = null
    })
    await loading
  }

  const newest = (algorithm: Algorithm) =>
    [...loaded.values()]
      .filter(key => key.signing.algorithm === algorithm && key.retiredAt === null)
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0]

  async function make(algorithm: Algorithm): Promise<LoadedKey> {
    const privateJwk = await generate(algorithm)
    const kid = createHandle()
    const row = {
      kid,
      algorithm,
      publicJwk: JSON.stringify(publicHalf(privateJwk)),
      sealedPrivate: await sealData(privateJwk, { password: passwords, ttl: 0 }),
      createdAt: clock.now(),
      retiredAt: null,
    }
    await database.signingKey.create({ data: row })
    const key = await toLoadedKey(kid, algorithm, privateJwk, row)
    loaded.set(kid, key)
    return key
  }

  /** The key that signs for an algorithm now; made if there is none. */
  async function signingKey(algorithm: Algorithm): Promise<Key> {
    if (loadedAt === 0) await reload()
    const key = newest(algorithm)
    if (key) return key.signing
    const made = making.get(algorithm) ?? make(algorithm).finally(() => making.delete(algorithm))
    making.set(algorithm, made)
    return (await made).signing
  }

  /** Makes the default key if there is none, so that the first sign-in need not wait for it and other services find it. */
  async function warmUp(): Promise<void> {
    await signingKey(DEFAULT_SETTINGS.algorithm)
  }

  return {
    signingKey,
    warmUp,

    /** The key a `kid` names, or null when there is none that may still be used. */
    async verificationKey(kid: string): Promise<Key | null> {
      if (!loaded.has(kid) && isOver(foundNothingAt)) {
        await reload()
        if (!loaded.has(kid)) foundNothingAt = clock.now().getTime()
      }
      const key = loaded.get(kid)
      return key && isUsable(key) ? key.verification : null
    },

    /** The public keys, as RFC 7517 writes them, the default one always among them. A symmetric key has no public half and is never here. */
    async publicJwks(): Promise<{ keys: JWK[] }> {
      if (isOver(loadedAt)) await reload()
      await warmUp()
      const usable = [...loaded.values()].filter(isUsable)
      return { keys: usable.flatMap(key => (key.publicJwk ? [key.publicJwk] : [])) }
    },
  }
}

export type Keys = ReturnType<typeof createKeys>

async function generate(algorithm: Algorithm): Promise<JWK> {
  if (algorithm === 'HS256') return { kty: 'oct', k: createSecret() }
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 3072 })
  return exportJWK(privateKey)
}

const PRIVATE_MEMBERS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'])

const publicHalf = (privateJwk: JWK): JWK | null =>
  privateJwk.kty === 'oct'
    ? null
    : (Object.fromEntries(Object.entries(privateJwk).filter(([member]) => !PRIVATE_MEMBERS.has(member))) as JWK)

async function toLoadedKey(
  kid: string,
  algorithm: Algorithm,
  privateJwk: JWK,
  row: { createdAt: Date; retiredAt: Date | null },
): Promise<LoadedKey> {
  const half = publicHalf(privateJwk)
  const publicJwk = half && { ...half, kid, alg: algorithm, use: 'sig' }
  const signing = { kid, algorithm, key: await importJWK(privateJwk, algorithm) }
  const verification = { kid, algorithm, key: publicJwk ? await importJWK(publicJwk, algorithm) : signing.key }
  return { signing, verification, publicJwk, retiredAt: row.retiredAt, createdAt: row.createdAt }
}
