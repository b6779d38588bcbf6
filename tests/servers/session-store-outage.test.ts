import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { startMemcached } from '../../scripts/rig/memcached.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { ask, started, UNAVAILABLE } from '../fixtures/outage.ts'
import { portion } from '../fixtures/portion.ts'
import { until } from '../fixtures/until.ts'

const STORES = [
  { store: 'redis', start: () => startRedis() },
  { store: 'memcached', start: () => startMemcached() },
] as const

/** What needs the store of sessions. */
const NEEDED = [
  ['/api/me', 'GET'],
  ['/api/devices', 'GET'],
  ['/api/session/refresh', 'POST'],
  ['/api/session/sign-out', 'POST'],
] as const

// `npm run soak` takes each away.
describe.each(portion(STORES.slice(0, 1), [...STORES]))('$store', ({ store, start }) => {
  let server: Server | undefined
  beforeAll(async () => {
    if (locate(store)) server = await start()
  })
  afterAll(() => server?.stop())

  const withStore = () => started({ sessionStore: store, [`${store}Url`]: server?.url })

  test.skipIf(!locate(store)).each([
    ['stopped', () => server?.down(), () => server?.up()],
    ['paused', () => server?.pause(), () => server?.resume()],
  ])('a store that is %s is 503, and works again by itself', async (how, away, back) => {
    const { app, clients } = await withStore()
    const jar = new Map(clients.session.jar)
    expect((await clients.session.send('/api/me')).status).toBe(200)
    const under = Array.from({ length: 20 }, () => clients.session.send('/api/me'))
    await away()
    for (const answer of await Promise.all(under)) expect([200, 503]).toContain(answer.status)
    // Each waits as long as a store is waited for: all of them at once.
    const signingIn = clients.token.signIn('session', 'admin@test.example')
    await Promise.all(
      NEEDED.map(async ([target, method]) => {
        const answer = await ask(clients.session, target, method)
        expect({ target, ...answer }).toEqual({ target, ...UNAVAILABLE })
      }),
    )
    expect((await signingIn).status).toBe(503)
    const many = await Promise.all(
      Array.from({ length: 50 }, () => ask(clients.session, '/api/me')),
    )
    expect(many.every(answer => answer.status === 503)).toBe(true)
    // The other mode does not need it.
    expect(
      (await clients.token.send('/api/me', { headers: { 'auth-mode': 'token' } })).status,
    ).toBe(200)
    expect(clients.session.jar).toEqual(jar)

    await back()
    const answers = async () => [200, 401].includes((await clients.session.send('/api/me')).status)
    await until(answers)
    // What stood still has forgotten nothing but what it was told meanwhile; what stopped has,
    // here, forgotten everything.
    if (how === 'stopped') expect((await clients.session.send('/api/me')).status).toBe(401)
    expect((await clients.session.signIn('session', 'admin@test.example')).status).toBe(200)
    expect((await clients.session.send('/api/me')).status).toBe(200)
    expect((await clients.session.send('/api/session/refresh', { method: 'POST' })).status).toBe(
      200,
    )
    await app.database.user.deleteMany()
  })

  test.skipIf(!locate(store))(
    'a session takes its ways in it as in the database, and leaves nothing there',
    async () => {
      const { app, clients } = await withStore()
      const client = clients.session
      expect(await app.database.session.count()).toBe(0)
      const old = client.jar.get(COOKIES.session) ?? ''
      expect((await client.send('/api/session/refresh', { method: 'POST' })).status).toBe(200)
      const replay = await client.send('/api/me', {
        headers: { cookie: `${COOKIES.session}=${old}` },
      })
      expect([replay.status, replay.body.code]).toEqual([401, 'invalid_session'])
      const devices = (await client.send('/api/devices')).body.devices
      expect(devices.map((device: { mode: string }) => device.mode).sort()).toEqual([
        'session',
        'token',
      ])
      app.clock.advance(1799)
      expect((await client.send('/api/me')).status).toBe(200)
      app.clock.advance(1800)
      expect((await client.send('/api/me')).status).toBe(401)
      await client.signIn('session', 'admin@test.example')
      const kept = client.jar.get(COOKIES.session) ?? ''
      expect((await client.send('/api/session/sign-out', { method: 'POST' })).status).toBe(204)
      const after = await client.send('/api/me', {
        headers: { cookie: `${COOKIES.session}=${kept}` },
      })
      expect(after.status).toBe(401)
    },
  )
})
