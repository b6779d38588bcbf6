import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Options } from '../lib/cluster-options.mjs'
import { dataFolder, nameOf, providerOf } from '../lib/paths.mjs'
import { Stop } from '../lib/stop.mjs'
import type { Environment } from './instance.ts'
import { startMemcached } from './memcached.ts'
import { startPostgresql } from './postgresql.ts'
import { locate } from './programs.ts'
import { startRedis } from './redis.ts'
import type { Server } from './server.ts'

const ADVICE = {
  postgresql:
    'Several instances need PostgreSQL, which is not installed: install it (Debian: apt-get install postgresql; macOS: brew install postgresql), or set DATABASE_URL to one that runs.',
  redis:
    'Redis is not installed: install it (Debian: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL to one that runs.',
  memcached:
    'Memcached is not installed: install it (Debian: apt-get install memcached; macOS: brew install memcached), or set MEMCACHED_URL to one that runs.',
  nginx:
    'A cluster needs nginx in front, which is not installed: install it (Debian: apt-get install nginx-light; macOS: brew install nginx).',
}

/**
 * Stops with a sentence when what the cluster cannot do without is neither installed nor named by
 * the environment.
 */
export function checkServers(
  { store }: Pick<Options, 'store'>,
  environment: Environment = process.env,
): void {
  const { DATABASE_URL, REDIS_URL, MEMCACHED_URL } = environment
  if (!locate('nginx')) throw new Stop(ADVICE.nginx)
  if (DATABASE_URL && providerOf(DATABASE_URL) === 'sqlite')
    throw new Stop(
      'DATABASE_URL leads to a SQLite file, and several instances need PostgreSQL: leave it out, or name one.',
    )
  if (!DATABASE_URL && !locate('postgresql')) throw new Stop(ADVICE.postgresql)
  if (store === 'redis' && !REDIS_URL && !locate('redis')) throw new Stop(ADVICE.redis)
  if (store === 'memcached' && !MEMCACHED_URL && !locate('memcached'))
    throw new Stop(ADVICE.memcached)
}

/** What the instances share: its addresses, by the names that the app reads. */
export type Shared = {
  addresses: Record<string, string>
  notes: string[]
  stop(): Promise<unknown>
}

/**
 * Starts what the instances share, besides what the environment names: PostgreSQL, whose data is
 * kept, Redis, which carries the wire between them and may hold sessions, and Memcached where it
 * holds them. Those two forget everything when they end.
 */
export async function startServers(
  { store }: Pick<Options, 'store'>,
  environment: Environment = process.env,
): Promise<Shared> {
  const started: Server[] = []
  const addresses: Record<string, string> = {}
  const notes: string[] = []
  const provide = async (variable: string, start: () => Promise<Server>) => {
    const given = environment[variable]
    if (given) {
      addresses[variable] = given
      return
    }
    const server = await start()
    started.push(server)
    addresses[variable] = server.url
  }
  const stop = () => Promise.all(started.map(server => server.stop()))
  try {
    await provide('DATABASE_URL', async () => {
      const folder = postgresqlFolder()
      notes.push(`Accounts are kept in ${folder}`)
      return startPostgresql({ folder })
    })
    if (environment.DATABASE_URL)
      notes.push(`Accounts are kept at ${nameOf(environment.DATABASE_URL)}`)
    if (environment.REDIS_URL || locate('redis')) await provide('REDIS_URL', startRedis)
    else
      notes.push(
        `Without Redis each instance shows on the wire only what it served itself. ${ADVICE.redis}`,
      )
    if (store === 'memcached') await provide('MEMCACHED_URL', startMemcached)
  } catch (error) {
    await stop()
    throw error
  }
  return { addresses, notes, stop }
}

/**
 * Where PostgreSQL keeps its data. It refuses to run as root, and as somebody else cannot get to a
 * folder that is root's alone.
 */
function postgresqlFolder(): string {
  const folder = dataFolder()
  if (process.getuid?.() !== 0) return path.join(folder, 'postgresql')
  const parent = '/var/lib/authscope'
  mkdirSync(parent, { recursive: true })
  chmodSync(parent, 0o755)
  return path.join(parent, createHash('sha256').update(folder).digest('hex').slice(0, 12))
}
