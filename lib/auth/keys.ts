import { sealData, unsealData } from 'iron-session'
import type { JWK } from 'jose'
import { type Clock, MINUTE, plusSeconds, SECOND } from '../clock.ts'
import { createMemory } from '../context/memory.ts'
import { createHandle } from '../random.ts'
import { type Algorithm, LIFETIMES } from '../settings/settings.ts'
import { alone, type Database } from '../store/database.ts'
import type { Checked, Key } from './jwt/check.ts'
import { byAge, generateJwk, type LoadedKey, publicHalf, toLoadedKey } from './key-material.ts'

/** What is told of a key: where it is in its life, never what is in it. */
export type KeyStatus = {
  kid: string
  algorithm: Algorithm
  /**
   * `announced`: published, signs nothing yet. `verifying`: signs nothing more, what it signed
   * still passes.
   */
  state: 'announced' | 'signing' | 'verifying'
  createdAt: string
  /**
   * From when it signs: at once where it is the only one, else when the one before it is retired.
   */
  signsFrom: string
  /** When it stops signing; null while no other has been made. */
  retiredAt: string | null
  /** When the last token it can have signed is over; null while no other has been made. */
  verifiesUntil: string | null
}

/** How old the published key set may be where it is asked for. */
const PUBLISHED_FOR = 10 * SECOND
/**
 * An unknown `kid` may mean a key another instance has just made. Asking again at once for each
 * would be a way to load the store; waiting long would let one made-up name keep out what that
 * instance signs.
 */
const RELOAD_COOL_DOWN = SECOND
/**
 * How old may be what an instance knows of the keys when it signs. Well under the announcement, so
 * that all change over in time.
 */
const MAX_AGE = 30 * SECOND
/**
 * How long a new key is published before it signs: longer than anybody keeps the key set (`max-age`
 * of the JWKS, then a reload).
 */
const ANNOUNCED_FOR = 90 * SECOND

type Options = {
  secrets: Record<string, string>
  algorithms: readonly Algorithm[]
  preferred: Algorithm
}

/**
 * The keys that sign and verify access tokens, kept in the database, private halves sealed with the
 * app's secret (`secrets`). Only those for `algorithms` are used. Made when first needed. Of the
 * keys not retired yet the oldest signs, on every instance; a retired one verifies until the last
 * token it signed has expired, then not.
 */
export function createKeys(
  database: Database,
  clock: Clock,
  { secrets, algorithms, preferred }: Options,
) {
  let loaded = new Map<string, LoadedKey>()
  const known = createMemory<Checked>()
  let loadedAt = 0
  let foundNothingAt = 0
  let loading: Promise<void> | null = null
  const making = new Map<Algorithm, Promise<void>>()
  const rotating = new Set<Algorithm>()

  const verifiesUntil = (key: LoadedKey) =>
    key.retiredAt && plusSeconds(key.retiredAt, LIFETIMES.accessToken)
  const isUsable = (key: LoadedKey) => {
    const end = verifiesUntil(key)
    return end === null || end >= clock.now()
  }
  const isRetired = (key: LoadedKey) => key.retiredAt !== null && key.retiredAt <= clock.now()

  async function load(): Promise<void> {
    const rows = await database.signingKey.findMany({
      where: { algorithm: { in: [...algorithms] } },
    })
    const opened = await Promise.all(
      rows.map(async row => {
        const before = loaded.get(row.kid)
        if (before?.sealedPrivate === row.sealedPrivate)
          return [{ ...before, retiredAt: row.retiredAt }]
        const privateJwk = await unsealData<JWK>(row.sealedPrivate, { password: secrets, ttl: 0 })
        // Sealed with a secret that is not configured any more: the key is lost, and what it signed
        // is refused.
        return privateJwk.kty
          ? [await toLoadedKey(row.kid, row.algorithm as Algorithm, privateJwk, row)]
          : []
      }),
    )
    const now = new Map(opened.flat().map(key => [key.signing.kid, key]))
    const isSame = (key: LoadedKey) => now.get(key.signing.kid)?.verification === key.verification
    if (now.size !== loaded.size || ![...loaded.values()].every(isSame)) known.clear()
    loaded = now
    loadedAt = clock.now().getTime()
  }

  const isOver = (since: number, duration: number) =>
    since === 0 || clock.now().getTime() - since >= duration

  /** Loads once for all who wait. */
  async function reload(): Promise<void> {
    loading ??= load().finally(() => {
      loading = null
    })
    await loading
  }

  /** Loads what is there from now on: a load under way may have begun before the change. */
  async function reloadAfterChange(): Promise<void> {
    await loading?.catch(() => undefined)
    await reload()
  }

  /** The one that signs: every instance finds the same, whoever made which. */
  const signer = (algorithm: Algorithm) =>
    [...loaded.values()]
      .filter(key => key.signing.algorithm === algorithm && !isRetired(key))
      .sort(byAge)[0]

  /** A new key as it is stored. */
  async function create(algorithm: Algorithm) {
    const privateJwk = await generateJwk(algorithm)
    return {
      kid: createHandle(),
      algorithm,
      publicJwk: JSON.stringify(publicHalf(privateJwk)),
      sealedPrivate: await sealData(privateJwk, { password: secrets, ttl: 0 }),
      createdAt: clock.now(),
      retiredAt: null,
    }
  }

  async function make(algorithm: Algorithm): Promise<void> {
    await database.signingKey.create({ data: await create(algorithm) })
  }

  /**
   * Announces a key, with the end of those before it. One statement decides, on every instance:
   * false while a rotation is under way, and then nothing is made. A spare key, as instances make
   * that start at the same moment, is no rotation.
   */
  function announce(key: Awaited<ReturnType<typeof create>>): Promise<boolean> {
    const { algorithm, createdAt } = key
    const retiredAt = new Date(createdAt.getTime() + ANNOUNCED_FOR)
    return alone(database, async transaction => {
      const retired = await transaction.$executeRaw`
        UPDATE "SigningKey" SET "retiredAt" = ${retiredAt}
        WHERE "algorithm" = ${algorithm} AND "retiredAt" IS NULL AND NOT EXISTS (
          SELECT 1 FROM "SigningKey" o
          WHERE o."algorithm" = ${algorithm} AND o."retiredAt" > ${createdAt})`
      if (retired === 0) return false
      await transaction.signingKey.create({ data: key })
      return true
    })
  }

  /** The key that signs for an algorithm now; made if there is none. */
  async function signingKey(algorithm: Algorithm): Promise<Key> {
    if (isOver(loadedAt, MAX_AGE)) await reload()
    if (!signer(algorithm)) {
      const made = making.get(algorithm) ?? make(algorithm).then(reloadAfterChange)
      making.set(algorithm, made)
      await made.finally(() => making.delete(algorithm))
    }
    const key = signer(algorithm)
    if (!key) throw new Error(`no key for ${algorithm} could be made`)
    return key.signing
  }

  /**
   * Makes the preferred key if there is none, so that the first sign-in need not wait for it and
   * other services find it.
   */
  async function warmUp(): Promise<void> {
    await signingKey(preferred)
  }

  function statusOf(key: LoadedKey): KeyStatus {
    const { kid, algorithm } = key.signing
    const before = [...loaded.values()].filter(
      other => other.signing.algorithm === algorithm && byAge(other, key) < 0,
    )
    const signsFrom = Math.max(
      key.createdAt.getTime(),
      ...before.map(other => other.retiredAt?.getTime() ?? 0),
    )
    const state = isRetired(key) ? 'verifying' : signer(algorithm) === key ? 'signing' : 'announced'
    return {
      kid,
      algorithm,
      state,
      createdAt: key.createdAt.toISOString(),
      signsFrom: new Date(signsFrom).toISOString(),
      retiredAt: key.retiredAt?.toISOString() ?? null,
      verifiesUntil: verifiesUntil(key)?.toISOString() ?? null,
    }
  }

  return {
    signingKey,
    warmUp,
    /** The tokens these keys are known to have signed: emptied when there are other keys. */
    known,
    /** Reads the keys again: what another instance made or retired is known from here on. */
    reload,

    /** The key a `kid` names, or null when there is none that may still be used. */
    async verificationKey(kid: string): Promise<Key | null> {
      if (!loaded.has(kid) && isOver(foundNothingAt, RELOAD_COOL_DOWN)) {
        await reload()
        if (!loaded.has(kid)) foundNothingAt = clock.now().getTime()
      }
      const key = loaded.get(kid)
      return key && isUsable(key) ? key.verification : null
    },

    /**
     * The key a `kid` names, in use or not any more: the store is asked for one that is not known
     * here.
     */
    async anyKey(kid: string): Promise<Key | null> {
      if (!loaded.has(kid)) await reloadAfterChange()
      return loaded.get(kid)?.verification ?? null
    },

    /**
     * Rotation with overlap: a new key is published at once and signs from 90 seconds on; until
     * then the old one does, and what it signed passes until it has expired. Nobody is signed out,
     * here or at any service that reads the key set. Null while the last rotation is under way: the
     * key set must stay small.
     */
    async rotate(algorithm: Algorithm): Promise<KeyStatus | null> {
      // Making a key is work: one at a time is enough, since no second one would be announced.
      if (rotating.has(algorithm)) return null
      rotating.add(algorithm)
      try {
        await signingKey(algorithm)
        const key = await create(algorithm)
        if (!(await announce(key))) return null
        await reloadAfterChange()
        const announced = loaded.get(key.kid)
        if (!announced) throw new Error('the new key is gone')
        return statusOf(announced)
      } finally {
        rotating.delete(algorithm)
      }
    },

    /** The keys in use, newest first. */
    async list(): Promise<KeyStatus[]> {
      await reload()
      const usable = [...loaded.values()].filter(isUsable)
      return usable.sort((a, b) => byAge(b, a)).map(statusOf)
    },

    /**
     * The public keys, as RFC 7517 writes them, the preferred one always among them. A symmetric
     * key has no public half and is never here.
     */
    async publicJwks(): Promise<{ keys: JWK[] }> {
      if (isOver(loadedAt, PUBLISHED_FOR)) await reload()
      await warmUp()
      const usable = [...loaded.values()].filter(isUsable)
      return { keys: usable.flatMap(key => (key.publicJwk ? [key.publicJwk] : [])) }
    },

    /**
     * Removes keys with which nothing can be done any more, and learns what other instances did.
     */
    async sweep(): Promise<number> {
      const over = plusSeconds(clock.now(), -LIFETIMES.accessToken - MINUTE / SECOND)
      const { count } = await database.signingKey.deleteMany({ where: { retiredAt: { lt: over } } })
      await reload()
      return count
    },
  }
}

export type Keys = ReturnType<typeof createKeys>
