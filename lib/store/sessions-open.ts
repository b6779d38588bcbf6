import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Accounts } from './accounts.ts'
import type { Database } from './database.ts'
import type { Memcached } from './memcached.ts'
import type { Redis } from './redis.ts'
import type { SessionStore } from './sessions.ts'
import { createDatabaseSessions } from './sessions-database.ts'
import { rememberEnds } from './sessions-ended.ts'
import { createMemcachedSessions } from './sessions-memcached.ts'
import { createMemorySessions } from './sessions-memory.ts'
import { createRedisSessions } from './sessions-redis.ts'

type Parts = {
  database: Database
  clock: Clock
  accounts: Accounts
  redis: Redis | null
  memcached: Memcached | null
}

/**
 * Where session records are kept, as `SESSION_STORE` says. The configuration has seen to it that
 * the store's address is known.
 */
export function openSessions(
  config: Config,
  { database, clock, accounts, redis, memcached }: Parts,
): SessionStore {
  const { sessionStore, demo } = config
  if (sessionStore === 'memory') return createMemorySessions(accounts.ownerOf)
  if (sessionStore === 'redis' && redis)
    return rememberEnds(createRedisSessions(redis, accounts.ownerOf), database, clock)
  if (sessionStore === 'memcached' && memcached)
    return rememberEnds(createMemcachedSessions(memcached, accounts.ownerOf), database, clock)
  if (sessionStore === 'database') return createDatabaseSessions(database, demo)
  throw new Error(`SESSION_STORE is ${sessionStore}, and its address is not set.`)
}
