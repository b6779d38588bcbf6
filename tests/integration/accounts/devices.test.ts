import { unsealData } from 'iron-session'
import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { detailOf } from '../../fixtures/steps.ts'
import { decode } from '../../fixtures/tokens.ts'

async function started() {
  const app = await startApp()
  await createAccount(app, 'editor')
  const as = async (mode: 'session' | 'token', name = 'editor', address = '192.0.2.1') => {
    app.clock.advance(1)
    const client = createClient(app, address)
    await client.signIn(mode, `${name}@test.example`)
    return client
  }
  return { app, as }
}

test('lists the sign-ins of both kinds, newest first, with the current one marked', async () => {
  const { app, as } = await started()
  const session = await as('session')
  const token = await as('token', 'editor', '198.51.100.7')
  await as('session')
  const seen = { userAgent: 'test', createdAt: expect.any(String), lastSeenAt: expect.any(String) }
  const answer = await token.send('/api/devices')
  expect(answer.body.devices).toEqual([
    {
      ...seen,
      mode: 'session',
      address: '192.0.2.1',
      current: false,
      id: expect.any(String),
      expiresAt: expect.any(String),
    },
    {
      ...seen,
      mode: 'token',
      address: '198.51.100.7',
      current: true,
      id: expect.any(String),
      expiresAt: expect.any(String),
    },
    {
      ...seen,
      mode: 'session',
      address: '192.0.2.1',
      current: false,
      id: expect.any(String),
      expiresAt: expect.any(String),
    },
  ])
  expect(detailOf(answer.steps, 'devices.listed')).toEqual({ count: 3 })
  const { body } = await session.send('/api/devices')
  expect(body.devices.map((device: { current: boolean }) => device.current)).toEqual([
    false,
    false,
    true,
  ])
  app.clock.advance(12 * 3600)
  expect((await (await as('session')).send('/api/devices')).body.devices).toHaveLength(2)
})

test('nothing in the list can be used to sign in, and what it names a sign-in by opens nothing', async () => {
  const { app, as } = await started()
  const session = await as('session')
  const token = await as('token')
  const { body } = await session.send('/api/devices')
  const text = JSON.stringify(body)
  const { id } = await unsealData<{ id: string }>(session.jar.get(COOKIES.session) ?? '', {
    password: app.passwordsFor.session,
  })
  const rows = [
    await app.database.session.findFirstOrThrow(),
    await app.database.refreshFamily.findFirstOrThrow(),
  ]
  const jti = String(decode(token.accessToken?.split('.')[1]).jti)
  for (const secret of [
    id,
    token.accessToken ?? '',
    jti,
    ...rows.flatMap(row => Object.values(row)).filter(isLong),
  ])
    expect(text).not.toContain(secret)
  for (const device of body.devices) {
    const cookie = `${COOKIES.session}=${device.id}; ${COOKIES.refresh}=${device.id}`
    const headers = { cookie, authorization: `Bearer ${device.id}` }
    for (const mode of MODES)
      expect(
        (await createClient(app).send('/api/me', { headers: { ...headers, 'auth-mode': mode } }))
          .status,
      ).toBe(401)
    expect(
      (await createClient(app).send('/api/token/refresh', { method: 'POST', headers })).status,
    ).toBe(401)
  }
})

const isLong = (value: unknown): value is string => typeof value === 'string' && value.length >= 40

test.each(MODES)('%s: one sign-in is ended by its name, from its next request on', async mode => {
  const { as } = await started()
  const mine = await as('session')
  const other = await as(mode)
  const { body } = await mine.send('/api/devices')
  const { id } = body.devices.find((device: { current: boolean }) => !device.current)
  const answer = await mine.send(`/api/devices/${id}`, { method: 'DELETE' })
  expect(answer.status).toBe(204)
  expect(detailOf(answer.steps, 'devices.ended')).toEqual({ count: 1 })
  expect((await other.send('/api/me')).status).toBe(401)
  expect((await mine.send('/api/me')).status).toBe(200)
  expect((await mine.send(`/api/devices/${id}`, { method: 'DELETE' })).status).toBe(404)
})

test.each(MODES)('%s: all the others are ended at once', async mode => {
  const { app, as } = await started()
  await createAccount(app, 'reader')
  const mine = await as(mode)
  const others = [await as('session'), await as('token')]
  const stranger = await as('session', 'reader')
  expect((await mine.send('/api/devices', { method: 'DELETE' })).status).toBe(204)
  for (const other of others) expect((await other.send('/api/me')).status).toBe(401)
  expect((await mine.send('/api/me')).status).toBe(200)
  expect((await stranger.send('/api/me')).status).toBe(200)
})

test.each(MODES)("%s: somebody else's sign-in is 404, and goes on", async mode => {
  const { app, as } = await started()
  await createAccount(app, 'reader')
  const victim = await as(mode)
  const { body } = await victim.send('/api/devices')
  const attacker = await as('session', 'reader')
  const answer = await attacker.send(`/api/devices/${body.devices[0].id}`, { method: 'DELETE' })
  expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
  expect((await victim.send('/api/me')).status).toBe(200)
})

test('the access token of a family that has just reached its end goes with the others', async () => {
  const { app, as } = await started()
  const old = await as('token')
  const lastOne = 7 * 24 * 3600 - 7 * 23 * 3600 - 60
  for (const seconds of [...Array(7).fill(23 * 3600), lastOne]) {
    app.clock.advance(seconds)
    const answer = await old.send('/api/token/refresh', { method: 'POST' })
    expect(answer.status).toBe(200)
    old.accessToken = answer.body.access_token
  }
  expect((await old.send('/api/me')).status).toBe(200)
  app.clock.advance(120)
  const mine = await as('session')
  await mine.send('/api/devices', { method: 'DELETE' })
  expect((await old.send('/api/me')).status).toBe(401)
})

test('where the list was forgotten the one that asks is there, and it is said that others may be missing', async () => {
  const { app, as } = await started()
  const client = await as('session')
  const complete = await client.send('/api/devices')
  expect(complete.body).not.toHaveProperty('incomplete')
  Object.assign(app.sessions, { listByUser: async () => [] })
  const answer = await client.send('/api/devices')
  expect(answer.body).toEqual({ ...complete.body, incomplete: true })
})
