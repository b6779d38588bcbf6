import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { openRedis } from '../../lib/store/redis.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../fixtures/app.ts'
import { type Client, createClient } from '../fixtures/client.ts'
import { until } from '../fixtures/until.ts'

// A Redis may come back from an older state: from a snapshot after kill -9, or as a replica that
// was behind. What has ended since is in it then, as if it had not. The database knows better.

const EMAIL = 'editor@test.example'
const test = it.skipIf(!locate('redis'))

let server: Server
beforeAll(async () => {
  if (locate('redis')) server = await startRedis()
})
afterAll(() => server?.stop())

/**
 * Somebody signed in twice, in a Redis that has just saved a snapshot; `revive` makes it come back
 * from that.
 */
async function started() {
  const app = await startApp({ sessionStore: 'redis', redisUrl: server.url })
  await createAccount(app, 'editor')
  const admin = createClient(app)
  await createAccount(app, 'admin')
  await admin.signIn('token', 'admin@test.example')
  const [client, other] = [createClient(app), createClient(app)]
  for (const one of [client, other]) await one.signIn('session', EMAIL)
  await tell(client => client.sendCommand(['SAVE']))
  app.clock.advance(1)
  async function revive() {
    await server.down()
    await server.up()
    const isBack = async () => (await other.send('/api/me')).status !== 503
    await until(isBack)
  }
  return { app, admin, client, other, revive }
}

async function tell(work: Parameters<ReturnType<typeof openRedis>['ask']>[0]): Promise<void> {
  const redis = openRedis(server.url)
  await redis.ask(work)
  redis.close()
}

const sessionOf = (client: Client) => client.jar.get(COOKIES.session) ?? ''

/** What a copy of a session's cookie gets. */
async function replay(app: TestApp, cookie: string): Promise<number> {
  const headers = { cookie: `${COOKIES.session}=${cookie}` }
  return (await createClient(app).send('/api/me', { headers })).status
}

describe('a Redis that comes back from before', () => {
  test('still has whoever was signed in then', async () => {
    const { app, client, other, revive } = await started()
    const copies = [client, other].map(sessionOf)
    await revive()
    expect(await Promise.all(copies.map(copy => replay(app, copy)))).toEqual([200, 200])
  })

  test.each([
    ['a sign-out', ({ client }) => client.send('/api/session/sign-out', { method: 'POST' })],
    [
      'the end of a device',
      async ({ client, other }) => {
        const { devices } = (await client.send('/api/devices')).body
        const { id } = devices.find((device: { current: boolean }) => device.current)
        return other.send(`/api/devices/${id}`, { method: 'DELETE' })
      },
    ],
    ['the end of all others', ({ other }) => other.send('/api/devices', { method: 'DELETE' })],
    ['a refresh', ({ client }) => client.send('/api/session/refresh', { method: 'POST' })],
    [
      'a refresh and a sign-out',
      async ({ client }) => {
        await client.send('/api/session/refresh', { method: 'POST' })
        return client.send('/api/session/sign-out', { method: 'POST' })
      },
    ],
    [
      'a change of password',
      ({ client }) => {
        const body = { current: PASSWORD, next: `${PASSWORD} and more` }
        return client.send('/api/me/password', { method: 'PUT', body })
      },
    ],
    [
      'a switch of the mode',
      ({ client }) => client.send('/api/settings', { method: 'PATCH', body: { mode: 'token' } }),
    ],
    [
      'the end by an admin, and a moment of being disabled',
      async ({ app, admin }) => {
        const id = (await app.accounts.credentials({ email: EMAIL }))?.account.id
        for (const disabled of [true, false])
          await admin.send(`/api/admin/users/${id}`, { method: 'PATCH', body: { disabled } })
        return admin.send(`/api/admin/users/${id}/devices`, { method: 'DELETE' })
      },
    ],
  ] satisfies [
    string,
    (all: Awaited<ReturnType<typeof started>>) => Promise<{ status: number }>,
  ][])('does not bring back what ended with %s', async (_, end) => {
    const all = await started()
    const copy = sessionOf(all.client)
    expect((await end(all)).status).toBeLessThan(300)
    expect(await replay(all.app, copy)).toBe(401)
    await all.revive()
    expect(await replay(all.app, copy)).toBe(401)
  })

  test('does not bring back the id from before a change of role, once its moment is over', async () => {
    const { app, client, admin, revive } = await started()
    const copy = sessionOf(client)
    const id = (await app.accounts.credentials({ email: EMAIL }))?.account.id
    await admin.send(`/api/admin/users/${id}`, { method: 'PATCH', body: { role: 'reader' } })
    expect((await client.send('/api/me')).body.role).toBe('reader')
    expect(sessionOf(client)).not.toBe(copy)
    // Requests that were under way come with the old id, and are served.
    expect(await replay(app, copy)).toBe(200)
    await revive()
    app.clock.advance(11)
    expect(await replay(app, copy)).toBe(401)
  })
})
