import type { Key } from '../../lib/auth/jwt/check.ts'
import { type Clock, MINUTE, SECOND } from '../../lib/clock.ts'
import { LIFETIMES } from '../../lib/settings/settings.ts'
import type { FetchedKeys } from './key-set.ts'

/**
 * An unknown `kid` may be a key made just now. However many ask, the issuer is asked once in this
 * time.
 */
const COOL_DOWN = 10 * SECOND
/** With no keys at all nothing can be answered: the issuer is asked again sooner. */
const COLD_COOL_DOWN = 2 * SECOND
/**
 * Older than this, keys are fetched again while they go on being used, so that those withdrawn go.
 */
const FRESH = MINUTE
/**
 * Older than this, they are fetched before they are used: the issuer itself trusts no retired key
 * for longer.
 */
const TRUSTED = LIFETIMES.accessToken * SECOND
/** How long the keys at hand bridge an issuer that cannot be reached. */
const BRIDGED = 60 * MINUTE

/**
 * The issuer's public keys, fetched when first needed and kept. An outage of the issuer changes
 * nothing for an hour; a key it withdraws goes with the next fetch, which is at most a minute and
 * one request away while this service is in use.
 */
export function createKeys(clock: Clock, fetchKeys: () => Promise<FetchedKeys>) {
  let keys = new Map<string, Key>()
  let fetchedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let fetching: Promise<void> | null = null

  const since = (moment: number) => clock.now().getTime() - moment
  const isUsable = () => keys.size > 0 && since(fetchedAt) <= BRIDGED
  const isBehind = () => triedAt > fetchedAt

  /** Fetches once for all who wait, and not at all within `coolDown` of the last try. */
  function refresh(coolDown: number): Promise<void> {
    if (!fetching && since(triedAt) >= coolDown) {
      triedAt = clock.now().getTime()
      fetching = load(triedAt).finally(() => {
        fetching = null
      })
    }
    return fetching ?? Promise.resolve()
  }

  async function load(asked: number): Promise<void> {
    const fetched = await fetchKeys()
    if (!fetched.ok) return
    keys = fetched.keys
    fetchedAt = asked
  }

  async function freshen(): Promise<void> {
    const age = since(fetchedAt)
    if (!isUsable()) await refresh(COLD_COOL_DOWN)
    else if (age >= TRUSTED) await refresh(COOL_DOWN)
    else if (age >= FRESH) void refresh(COOL_DOWN)
  }

  return {
    /** Whether there are keys to judge by, after a try to get them. */
    async areReady(): Promise<boolean> {
      await freshen()
      return isUsable()
    },

    /** The key a `kid` names, or null when the issuer publishes none by that name. */
    async find(kid: string): Promise<Key | null> {
      await freshen()
      if (!keys.has(kid)) await refresh(COOL_DOWN)
      return (isUsable() && keys.get(kid)) || null
    },

    /**
     * Whether the last try failed: then a `kid` that is not known here may yet be known to the
     * issuer.
     */
    isBehind,

    /** Seconds until the issuer may be asked again. */
    retryAfterSeconds(): number {
      const coolDown = isUsable() ? COOL_DOWN : COLD_COOL_DOWN
      return Math.max(1, Math.ceil((coolDown - since(triedAt)) / SECOND))
    },
  }
}

export type Keys = ReturnType<typeof createKeys>
