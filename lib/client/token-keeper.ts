import type { Settings } from '../settings/settings.ts'
import { pageNow } from './page-clock.ts'
import type { TellLocally } from './tell.ts'

type Kept = { accessToken: string; expiresAt: number }
export type Storage = Settings['tokenStorage']

const KEY = 'authscope.access-token'

const webStorage = (where: Storage) => (where === 'memory' ? null : window[where])

/**
 * Where a page keeps its access token. Memory is the default: a reload forgets it, and no other tab
 * has it. The two web storages survive a reload and can be read by any script of this origin.
 */
export function createTokenKeeper(tell: TellLocally) {
  let inMemory: Kept | null = null
  let where: Storage = 'memory'

  const read = (): Kept | null => {
    try {
      return inMemory ?? (JSON.parse(webStorage(where)?.getItem(KEY) ?? 'null') as Kept | null)
    } catch {
      return null
    }
  }

  const write = (kept: Kept | null) => {
    inMemory = where === 'memory' ? kept : null
    try {
      const storage = webStorage(where)
      if (kept && storage) storage.setItem(KEY, JSON.stringify(kept))
      else storage?.removeItem(KEY)
    } catch {
      // A browser that blocks storage, or has none left: then this page alone has it, as long as it
      // is there.
      inMemory = kept
    }
  }

  return {
    /** The token, expired or not, or null. */
    get: () => read()?.accessToken ?? null,
    /** Whether there is a token that has expired by this browser's clock. */
    isOver: () => (read()?.expiresAt ?? Number.POSITIVE_INFINITY) <= pageNow(),
    /**
     * In how many milliseconds the token is over by this browser's clock; 0 where there is none.
     */
    endsIn: () => Math.max(0, (read()?.expiresAt ?? 0) - pageNow()),
    where: () => where,
    /**
     * Keeps a token that lives for `expiresInSeconds`. `traceId` names the exchange it came with.
     */
    keep(accessToken: string, expiresInSeconds: number, traceId: string) {
      const expiresAt = pageNow() + expiresInSeconds * 1000
      write({ accessToken, expiresAt })
      tell(traceId, 'after', 'token.kept', { where, expiresAt: new Date(expiresAt).toISOString() })
    },
    drop(traceId: string | null) {
      if (!read()) return
      write(null)
      if (traceId) tell(traceId, 'after', 'token.dropped', { where })
    },
    /** Moves the token to where the settings want it. */
    moveTo(next: Storage) {
      if (next === where) return
      const kept = read()
      write(null)
      where = next
      if (kept) write(kept)
    },
  }
}

export type TokenKeeper = ReturnType<typeof createTokenKeeper>
