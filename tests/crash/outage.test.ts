import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startMemcached } from '../../scripts/rig/memcached.ts'
import { startPostgresql } from '../../scripts/rig/postgresql.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { portion } from '../fixtures/portion.ts'
import {
  ADMIN,
  environmentOf,
  PASSWORD,
  prepare,
  startProcess,
  temporaryFolder,
} from '../fixtures/process.ts'
import { until } from '../fixtures/until.ts'

// What only the process can show: that it goes on answering while its store is away, over real
// connections, and needs no new start.

function onSqlite(): string {
  const { folder, remove } = temporaryFolder()
  onTestFinished(remove)
  return `file:${join(folder, 'outage.db')}`
}

const STORES = [
  { store: 'postgresql', start: startPostgresql, environment: (url: string) => environmentOf(url) },
  {
    store: 'redis',
    start: startRedis,
    environment: (url: string) =>
      environmentOf(onSqlite(), { SESSION_STORE: 'redis', REDIS_URL: url }),
  },
  {
    store: 'memcached',
    start: () => startMemcached(),
    environment: (url: string) =>
      environmentOf(onSqlite(), { SESSION_STORE: 'memcached', MEMCACHED_URL: url }),
  },
] as const

const WAYS = {
  stopped: { away: (server: Server) => server.down(), back: (server: Server) => server.up() },
  paused: { away: (server: Server) => server.pause(), back: (server: Server) => server.resume() },
}

const UNAVAILABLE = {
  status: 503,
  code: 'unavailable',
  retryAfter: '5',
  cookies: [],
  challenge: null,
}

/** Asks for the bare route all the while, and says what came of it. */
function watchLive(origin: string) {
  const statuses: number[] = []
  let isOver = false
  async function watch() {
    while (!isOver && statuses.length < 5000) {
      const answer = await fetch(`${origin}/api/health/live`)
      statuses.push(answer.status)
      await answer.text()
      await new Promise(resolve => setTimeout(resolve, 25))
    }
    return statuses
  }
  const watched = watch()
  return () => {
    isOver = true
    return watched
  }
}

/** Somebody signed in to a process in both modes. */
async function started({ start, environment }: (typeof STORES)[number]) {
  const server = await start()
  onTestFinished(server.stop)
  const variables = environment(server.url)
  await prepare(variables)
  const app = await startProcess(variables)
  onTestFinished(async () => void (await app.kill()))
  const signIn = (mode: string) =>
    fetch(`${app.origin}/api/${mode}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: ADMIN, password: PASSWORD }),
    })
  const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const [session, token] = [await signIn('session'), await signIn('token')]
  const credentials = {
    session: { 'auth-mode': 'session', cookie: cookieOf(session) },
    token: { 'auth-mode': 'token', authorization: `Bearer ${(await token.json()).access_token}` },
  }
  async function ask(
    target: string,
    { method = 'GET', mode = 'session' as 'session' | 'token' } = {},
  ) {
    const answer = await fetch(app.origin + target, { method, headers: credentials[mode] })
    const { status, headers } = answer
    const code = status < 300 ? undefined : (await answer.json()).code
    const [retryAfter, challenge] = [headers.get('retry-after'), headers.get('www-authenticate')]
    return { status, code, retryAfter, cookies: headers.getSetCookie(), challenge }
  }
  return { server, app, ask, signIn }
}

/** One way; `npm run soak` goes every way at every store. */
const QUICK = ['redis paused']
const CASES = STORES.flatMap(one => [
  { one, how: 'stopped' as const },
  { one, how: 'paused' as const },
]).filter(({ one, how }) => portion(QUICK.includes(`${one.store} ${how}`), true))

describe.each(CASES)('$one.store', ({ one, how }) => {
  it.skipIf(!locate(one.store)).each([how])(
    'that is %s is 503 over HTTP, the process stays live, and serves again by itself',
    { timeout: 240_000 },
    async how => {
      const { server, app, ask, signIn } = await started(one)
      expect([(await ask('/api/me')).status, (await ask('/api/health/ready')).status]).toEqual([
        200, 200,
      ])
      const live = watchLive(app.origin)
      const under = Array.from({ length: 20 }, () => ask('/api/verify'))
      await WAYS[how].away(server)
      for (const { status } of await Promise.all(under)) expect([204, 503]).toContain(status)

      const needing = [
        ['/api/me', 'GET'],
        ['/api/verify', 'GET'],
        ['/api/session/refresh', 'POST'],
        ['/api/health/ready', 'GET'],
      ] as const
      await Promise.all(
        needing.map(async ([target, method]) => {
          const answer = await ask(target, { method })
          expect({ target, ...answer }).toEqual({ target, ...UNAVAILABLE })
        }),
      )
      const many = await Promise.all(Array.from({ length: 50 }, () => ask('/api/verify')))
      expect(new Set(many.map(({ status }) => status))).toEqual(new Set([503]))
      // A token asks the database and nobody else.
      const status = one.store === 'postgresql' ? 503 : 204
      expect((await ask('/api/verify', { mode: 'token' })).status).toBe(status)

      await WAYS[how].back(server)
      // Redis and Memcached have forgotten whoever was signed in when they were stopped.
      const isBack = async () => [204, 401].includes((await ask('/api/verify')).status)
      await until(isBack)
      const kept = how === 'paused' || one.store === 'postgresql'
      expect((await ask('/api/verify')).status).toBe(kept ? 204 : 401)
      expect([(await ask('/api/health/ready')).status, (await signIn('session')).status]).toEqual([
        200, 200,
      ])

      const statuses = await live()
      expect(statuses.length).toBeGreaterThan(5)
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(await app.stop()).toBe(0)
    },
  )
})
