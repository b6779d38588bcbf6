import { connect } from 'node:net'
import type { App } from '../../lib/app.ts'
import { plusSeconds } from '../../lib/clock.ts'
import { createHandle, createSecret, hashSecret } from '../../lib/random.ts'
import { LIFETIMES } from '../../lib/settings/settings.ts'
import { openRedis } from '../../lib/store/redis.ts'
import type { Place } from './places.ts'

const USERS = 1000
const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

/**
 * What a thousand signed-in users take: rows or keys, and bytes with their indexes. Null where
 * nobody can say.
 */
export type Taken = { mode: 'session' | 'token'; place: string; rows: number; bytes: number | null }
type Counted = Pick<Taken, 'rows' | 'bytes'>

/** A thousand accounts, which are gone afterwards with all that hangs on them. */
async function withUsers(app: App, work: (ids: string[]) => Promise<Taken[]>): Promise<Taken[]> {
  const ids = Array.from({ length: USERS }, createHandle)
  const createdAt = app.clock.now()
  const data = ids.map(id => ({
    id,
    email: `${id}@storage.example`,
    name: id,
    passwordHash: '',
    role: 'reader',
    createdAt,
    tokenVersion: VERSION,
    signInVersion: VERSION,
  }))
  await app.database.user.createMany({ data })
  const taken = await work(ids)
  await app.database.user.deleteMany({ where: { email: { endsWith: '@storage.example' } } })
  return taken
}

const VERSION = createHandle()

const session = (userId: string, now: Date) => ({
  idHash: hashSecret(createSecret()),
  handle: createHandle(),
  userId,
  role: 'reader' as const,
  createdAt: now,
  lastSeenAt: now,
  idleSeconds: LIFETIMES.sessionIdle,
  idleExpiresAt: plusSeconds(now, LIFETIMES.sessionIdle),
  absoluteExpiresAt: plusSeconds(now, LIFETIMES.sessionAbsolute),
  userAgent: BROWSER,
  address: '192.0.2.1',
  signInVersion: VERSION,
  previousIdHash: null,
  renewedAt: null,
})

const family = (userId: string, now: Date) => ({
  id: createHandle(),
  userId,
  createdAt: now,
  lastSeenAt: now,
  absoluteExpiresAt: plusSeconds(now, LIFETIMES.refreshAbsolute),
  idleExpiresAt: plusSeconds(now, LIFETIMES.refreshIdle),
  userAgent: BROWSER,
  address: '192.0.2.1',
  signInVersion: VERSION,
  currentHash: hashSecret(createSecret()),
  currentJti: createHandle(),
})

/** Signs a thousand users in, by what a sign-in writes, and counts what is there of them. */
export async function measureStorage(apps: { app: App; place: Place }[]): Promise<Taken[]> {
  const all: Taken[] = []
  for (const { app, place } of apps) {
    const { name, kind } = place
    const taken = await withUsers(app, async ids => {
      const now = app.clock.now()
      const before = await count(app, kind, 'Session')
      for (const id of ids) await app.sessions.create(session(id, now))
      const sessions = {
        mode: 'session' as const,
        place: name,
        ...less(await count(app, kind, 'Session'), before),
      }
      if (kind !== 'sqlite' && kind !== 'postgresql') return [sessions]
      const none = await count(app, kind, 'RefreshFamily')
      for (const id of ids) await app.tokens.create(family(id, now))
      const families = less(await count(app, kind, 'RefreshFamily'), none)
      return [sessions, { mode: 'token' as const, place: name, ...families }]
    })
    all.push(...taken)
  }
  return all
}

const less = (after: Counted, before: Counted): Counted => ({
  rows: after.rows - before.rows,
  bytes: after.bytes === null || before.bytes === null ? null : after.bytes - before.bytes,
})

type Table = 'Session' | 'RefreshFamily'

async function count(app: App, kind: Place['kind'], table: Table): Promise<Counted> {
  if (kind === 'redis') return countInRedis(app.config.redisUrl ?? '')
  if (kind === 'memcached') return countInMemcached(app.config.memcachedUrl ?? '')
  // In the process: there is a record each, and no way to ask for its size.
  if (kind === 'memory') return { rows: await countListed(app), bytes: null }
  return countInDatabase(app, kind, table)
}

async function countListed(app: App): Promise<number> {
  const users = await app.database.user.findMany({ select: { id: true } })
  const listed = await Promise.all(
    users.map(({ id }) => app.sessions.listByUser(id, app.clock.now())),
  )
  return listed.flat().length
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
