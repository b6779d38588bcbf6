import { createPasswords, type Passwords } from './accounts/passwords.ts'
import { createKeys, type Keys } from './auth/keys.ts'
import { createThrottle, type Throttle } from './auth/throttle.ts'
import { type Clock, createClock, MINUTE } from './clock.ts'
import { type Config, derivePasswords, readConfig } from './config.ts'
import { type Audit, createAudit } from './context/audit.ts'
import { createMemory, type Memory } from './context/memory.ts'
import type { OpenedSeal } from './context/seal.ts'
import { ALGORITHMS } from './settings/settings.ts'
import { type Accounts, createAccounts } from './store/accounts.ts'
import { createAttempts } from './store/attempts.ts'
import { createRedisBus } from './store/bus-redis.ts'
import { closeDatabase, type Database, openDatabase } from './store/database.ts'
import { createGroups, type Groups } from './store/groups.ts'
import { openMemcached } from './store/memcached.ts'
import { createNotes, type Notes } from './store/notes.ts'
import { openRedis } from './store/redis.ts'
import type { SessionStore } from './store/sessions.ts'
import { openSessions } from './store/sessions-open.ts'
import type { TokenStore } from './store/tokens.ts'
import { createDatabaseTokens } from './store/tokens-database.ts'
import { type Bus, createBus } from './wire/bus.ts'

/** Everything that lives as long as the process. Made once; tests make their own. */
export type App = {
  config: Config
  clock: Clock
  database: Database
  accounts: Accounts
  groups: Groups
  notes: Notes
  passwords: Passwords
  throttle: Throttle
  sessions: SessionStore
  tokens: TokenStore
  keys: Keys
  bus: Bus
  audit: Audit
  /**
   * iron-session's passwords, and the keys of channel ids: one map per purpose, derived from the
   * app's secrets.
   */
  passwordsFor: Record<
    'session' | 'refresh' | 'settings' | 'known' | 'cast' | 'kept' | 'wire',
    Record<string, string>
  >
  knownSeals: Memory<OpenedSeal>
  knownChannels: Memory<string>
  /** Removes what expired. Runs once a minute by itself. */
  sweep(): Promise<number>
  close(): Promise<void>
}

type Options = { clock?: Clock; writeAudit?: (line: string) => void }

/** Puts the pieces together. Opens nothing until it is asked for something. */
export function createApp(
  config: Config,
  { clock = createClock(), writeAudit }: Options = {},
): App {
  const database = openDatabase(config.databaseUrl)
  const accounts = createAccounts(database, config.demo)
  const groups = createGroups(database)
  const passwords = createPasswords({ pepper: config.pepper, cost: config.bcryptCost })
  const throttle = createThrottle(createAttempts(database), clock, config.pepper)
  const redis = config.redisUrl === null ? null : openRedis(config.redisUrl)
  const memcached = config.memcachedUrl === null ? null : openMemcached(config.memcachedUrl)
  const tokens = createDatabaseTokens(database, config.demo)
  const sessions = openSessions(config, { database, clock, accounts, redis, memcached })
  const keys = createKeys(database, clock, {
    secrets: derivePasswords(config.secrets, 'signing keys'),
    algorithms: config.demo ? ALGORITHMS : [config.algorithm],
    preferred: config.algorithm,
  })
  const localBus = createBus(() => clock.now().getTime())
  const bus = redis ? createRedisBus(localBus, redis) : localBus

  async function sweep(): Promise<number> {
    bus.forgetUnwatched()
    const now = clock.now()
    const swept = [
      sessions.sweep(now),
      tokens.sweep(now),
      throttle.sweep(),
      keys.sweep(),
      groups.sweep(now),
    ]
    return (await Promise.all(swept)).reduce((sum, count) => sum + count, 0)
  }
  // A store that is away now is swept a minute later.
  const sweeping = setInterval(() => void sweep().catch(() => undefined), MINUTE)
  sweeping.unref()

  return {
    config,
    clock,
    database,
    accounts,
    groups,
    notes: createNotes(database),
    passwords,
    throttle,
    sessions,
    tokens,
    keys,
    bus,
    audit: createAudit(clock, writeAudit ?? (line => void process.stdout.write(line))),
    passwordsFor: {
      session: derivePasswords(config.secrets, 'session cookie'),
      refresh: derivePasswords(config.secrets, 'refresh cookie'),
      settings: derivePasswords(config.secrets, 'settings cookie'),
      known: derivePasswords(config.secrets, 'known cookie'),
      cast: derivePasswords(config.secrets, 'cast cookie'),
      kept: derivePasswords(config.secrets, 'kept credential'),
      wire: derivePasswords(config.secrets, 'wire channel'),
    },
    knownSeals: createMemory(),
    knownChannels: createMemory(),
    sweep,
    async close() {
      clearInterval(sweeping)
      bus.closeAll()
      redis?.close()
      memcached?.close()
      await Promise.all([passwords.close(), closeDatabase(database)])
    },
  }
}

// Routes and proxy are bundled apart from each other; what they share must hang on the process.
const APP = Symbol.for('authscope.app')
const SHUTDOWN = Symbol.for('authscope.shutdown')
const shared = globalThis as { [APP]?: App; [SHUTDOWN]?: Set<() => void> }

/** The app of this process. */
export function app(): App {
  const existing = shared[APP]
  if (existing) return existing
  const created = createApp(readConfig(process.env))
  shared[APP] = created
  shared[SHUTDOWN]?.add(() => created.bus.closeAll())
  // The first sign-in with an unknown email must not be the one that takes longer. If it fails now,
  // it is tried again then.
  created.passwords.warmUp().catch(() => undefined)
  return created
}

/** Puts another app in its place: for tests, which bring a clock and a database of their own. */
export function installApp(replacement: App): void {
  shared[APP] = replacement
}
