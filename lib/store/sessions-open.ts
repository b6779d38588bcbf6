import type { Accounts } from '../accounts/accounts.ts'
import { type Clock, plusSeconds } from '../clock.ts'
import type { Config } from '../config.ts'
import { LIFETIMES } from '../lifetimes.ts'
import type { Database } from './database.ts'
import type { Families } from './families.ts'
import type { Memcached } from './memcached.ts'
import type { Redis } from './redis.ts'
import type { SessionStore } from './sessions.ts'
import { createDatabaseSessions } from './sessions-database.ts'
import { createMemcachedSessions } from './sessions-memcached.ts'
import { createMemorySessions } from './sessions-memory.ts'
import { createRedisSessions } from './sessions-redis.ts'

type Parts = {
  database: Database
  accounts: Accounts
  families: Families
  clock: Clock
  redis: Redis | null
  memcached: Memcached | null
}

/** Where session records are kept, as `SESSION_STORE` says. The configuration has seen to it that the store's address is known. */
export function openSessions(config: Config, parts: Parts): SessionStore {
  const { sessionStore, demo } = config
  const { database, accounts, redis, memcached } = parts
  if (sessionStore === 'memory') return createMemorySessions(accounts.ownerOf)
  if (sessionStore === 'redis' && redis) return rememberEnds(createRedisSessions(redis, accounts.ownerOf), parts)
  if (sessionStore === 'memcached' && memcached)
    return rememberEnds(createMemcachedSessions(memcached, accounts.ownerOf), parts)
  if (sessionStore === 'database') return createDatabaseSessions(database, demo)
  throw new Error(`SESSION_STORE is ${sessionStore}, and its address is not set.`)
}

/**
 * A store beside the database may come back as it was some time ago, with sign-ins that had ended. So an end is written to the
 * database before it is acknowledged, until no record of that sign-in could be good any more; it is asked together with the account.
 */
function rememberEnds(store: SessionStore, { families, clock }: Pick<Parts, 'families' | 'clock'>): SessionStore {
  const remember = (handle: string) => families.deny(handle, plusSeconds(clock.now(), LIFETIMES.sessionAbsolute))
  return {
    ...store,
    // Before, and also where the store knows of none just now: it may have forgotten what it will have again, and whoever tries a
    // sign-out once more after a 503 must not be told that there is nothing left to do.
    async deleteSignIn(handle) {
      await remember(handle)
      return store.deleteSignIn(handle)
    },
    // After: only the store knows whether it is this account's to end.
    async deleteByHandle(userId, handle) {
      const isEnded = await store.deleteByHandle(userId, handle)
      if (isEnded) await remember(handle)
      return isEnded
    },
  }
}
