import { join } from 'node:path'
import { startMemcached } from '../../scripts/rig/memcached.ts'
import { startPostgresql } from '../../scripts/rig/postgresql.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { environmentOf, prepare, temporaryFolder } from '../fixtures/process.ts'

/** Where sessions are kept, and the environment of an app that keeps them there. */
export type Place = {
  name: string
  kind: 'memory' | 'sqlite' | 'postgresql' | 'redis' | 'memcached'
  environment: Environment
}
type Environment = Record<string, string>

/**
 * A place of each kind, in servers of this run alone; those that are not installed are left out.
 * Redis, Memcached and the memory keep sessions only: with them, accounts are in a SQLite database.
 */
export async function openPlaces() {
  const { folder, remove } = temporaryFolder()
  const servers: Server[] = []
  const started = async (
    kind: 'postgresql' | 'redis' | 'memcached',
    start: () => Promise<Server>,
  ) => {
    if (!locate(kind)) return null
    const server = await start()
    servers.push(server)
    return server.url
  }
  const urls = {
    postgresql: await started('postgresql', startPostgresql),
    redis: await started('redis', startRedis),
    memcached: await started('memcached', startMemcached),
  }
  // Demo mode, so that the algorithm and the revocation can be chosen.
  const common = { AUTHSCOPE_DEMO: '1', AUTHSCOPE_DATA: folder, AUTHSCOPE_BCRYPT_COST: '12' }
  const sqlite = (name: string, more: Environment = {}) =>
    environmentOf(`file:${join(folder, `${name}.db`)}`, { ...common, ...more })

  const places: Place[] = [
    { name: 'SQLite', kind: 'sqlite', environment: sqlite('sqlite') },
    { name: 'memory', kind: 'memory', environment: sqlite('memory', { SESSION_STORE: 'memory' }) },
  ]
  if (urls.postgresql)
    places.push({
      name: 'PostgreSQL',
      kind: 'postgresql',
      environment: environmentOf(urls.postgresql, common),
    })
  for (const [name, kind] of [
    ['Redis', 'redis'],
    ['Memcached', 'memcached'],
  ] as const) {
    const url = urls[kind]
    const keptThere = { SESSION_STORE: kind, [`${kind.toUpperCase()}_URL`]: url ?? '' }
    if (url) places.push({ name, kind, environment: sqlite(kind, keptThere) })
  }
  for (const { environment } of places) await prepare(environment)
  return {
    places,
    async close() {
      await Promise.all(servers.map(server => server.stop()))
      remove()
    },
  }
}
