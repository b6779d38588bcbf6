import { connect } from 'node:net'
import type { App } from '../../lib/app.ts'
import { openRedis } from '../../lib/store/redis.ts'
import type { Place } from './places.ts'

export type Table = 'Session' | 'RefreshFamily'
/** Rows of a table or keys, and bytes with their indexes. */
export type Counted = { rows: number; bytes: number }

/** What there is in a place now. The memory cannot be asked. */
export async function count(app: App, kind: Place['kind'], table: Table): Promise<Counted> {
  if (kind === 'redis') return countInRedis(app.config.redisUrl ?? '')
  if (kind === 'memcached') return countInMemcached(app.config.memcachedUrl ?? '')
  if (kind === 'sqlite' || kind === 'postgresql') return countInDatabase(app, kind, table)
  throw new Error(`${kind} cannot be counted`)
}

async function countInDatabase(
  app: App,
  kind: 'sqlite' | 'postgresql',
  table: Table,
): Promise<Counted> {
  const rows =
    table === 'Session'
      ? await app.database.session.count()
      : await app.database.refreshFamily.count()
  const sql =
    kind === 'sqlite'
      ? `SELECT SUM("pgsize") AS bytes FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = '${table}')`
      : `SELECT pg_total_relation_size('"${table}"') AS bytes`
  const [found] = await app.database.$queryRawUnsafe<{ bytes: number | bigint }[]>(sql)
  return { rows, bytes: Number(found?.bytes) }
}

async function countInRedis(url: string): Promise<Counted> {
  const redis = openRedis(url)
  const counted = await redis.ask(async client => {
    const keys = await client.keys('authscope:*')
    // Every field of a key, not a sample of them.
    const usage = (key: string) =>
      client.sendCommand<number>(['MEMORY', 'USAGE', key, 'SAMPLES', '0'])
    const sizes = await Promise.all(keys.map(usage))
    return { rows: keys.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  })
  redis.close()
  return counted
}

/** What Memcached says of itself. */
function countInMemcached(url: string): Promise<Counted> {
  const { hostname: host, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let said = ''
    const socket = connect({ host, port: Number(port) }, () => socket.write('stats\r\n'))
    socket.on('error', reject).on('data', data => {
      said += data
      if (!said.endsWith('END\r\n')) return
      socket.destroy()
      const read = (name: string) => Number(new RegExp(`STAT ${name} (\\d+)`).exec(said)?.[1])
      resolve({ rows: read('curr_items'), bytes: read('bytes') })
    })
  })
}
