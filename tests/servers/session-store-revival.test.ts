import { afterAll, beforeAll, expect, test } from 'vitest'
import { StoreUnavailable } from '../../lib/store/database.ts'
import { openRedis } from '../../lib/store/redis.ts'
import { locate, type Server, startRedis } from '../../scripts/lib/servers.mjs'
import { createAccount, startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'

let server: Server | undefined
beforeAll(async () => {
  if (locate('redis')) server = await startRedis()
})
afterAll(() => server?.stop())

/** Puts a Redis back to where it was, as a crash does to one that saves now and then. */
async function snapshot(url: string) {
  const redis = openRedis(url)
  const saved = await redis.ask(async client => {
    const keys = await client.keys('authscope:*')
    return Promise.all(keys.map(async key => [key, await client.sendCommand<Buffer>(['DUMP', key], BINARY)] as const))
  })
  return async () => {
    await redis.ask(client => client.flushAll())
    for (const [key, value] of saved) await redis.ask(client => client.sendCommand(['RESTORE', key, '0', value]))
    redis.close()
  }
}

const BINARY = { typeMapping: { 36: Buffer } }

test.skipIf(!locate('redis'))('a store that comes back as it was brings no sign-in back that had ended', async () => {
  const app = await startApp({ sessionStore: 'redis', redisUrl: server?.url ?? null })
  await createAccount(app, 'editor')
  const [left, ended, kept] = [createClient(app), createClient(app), createClient(app)]
  for (const client of [left, ended, kept]) await client.signIn('session', 'editor@test.example')
  const jars = [left, ended, kept].map(({ jar }) => new Map(jar))
  const restore = await snapshot(server?.url ?? '')

  await left.send('/api/session/sign-out', { method: 'POST' })
  const { devices } = (await ended.send('/api/devices')).body
  const own = devices.find((device: { current: boolean }) => device.current)
  expect((await kept.send(`/api/devices/${own.id}`, { method: 'DELETE' })).status).toBe(204)

  await restore()
  for (const [index, client] of [left, ended, kept].entries())
    for (const [name, value] of jars[index] ?? []) client.jar.set(name, value)
  expect((await left.send('/api/me')).body.code).toBe('invalid_session')
  expect((await ended.send('/api/me')).body.code).toBe('invalid_session')
  // The record is there again: only that it had ended keeps it out.
  expect((await kept.send('/api/me')).status).toBe(200)
  expect((await kept.send('/api/devices')).body.devices).toHaveLength(1)
})

test.skipIf(!locate('redis'))('nor one whose end was written down only when it was tried again', async () => {
  const app = await startApp({ sessionStore: 'redis', redisUrl: server?.url ?? null })
  await createAccount(app, 'editor')
  const client = createClient(app)
  await client.signIn('session', 'editor@test.example')
  const jar = new Map(client.jar)
  const restore = await snapshot(server?.url ?? '')

  // The database is away for the first attempt alone, the store is not.
  const { deny } = app.families
  app.families.deny = async () => {
    app.families.deny = deny
    throw new StoreUnavailable('away')
  }
  expect((await client.send('/api/session/sign-out', { method: 'POST' })).status).toBe(503)
  expect((await client.send('/api/session/sign-out', { method: 'POST' })).status).toBe(204)

  await restore()
  for (const [name, value] of jar) client.jar.set(name, value)
  expect((await client.send('/api/me')).body.code).toBe('invalid_session')
})
