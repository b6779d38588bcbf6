import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import type { TestApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf, expectSteps } from '../../fixtures/steps.ts'

const HOUR = 3600

/** Uses a credential again and again, so that only the absolute limit is left. */
async function keepUsing(
  app: TestApp,
  client: Client,
  target: string,
  method: string,
  every: number,
  times: number,
) {
  for (let use = 0; use < times; use += 1) {
    app.clock.advance(every)
    expect((await client.send(target, { method })).status).toBe(200)
  }
}

test('a session lives to one second before its idle limit', async () => {
  const { app, client } = await signedIn('session')
  app.clock.advance(30 * 60 - 1)
  expect((await client.send('/api/me')).status).toBe(200)
})

test.each([30 * 60, 30 * 60 + 1])(
  'a session is over %i seconds after its last use, and its record is gone',
  async s => {
    const { app, client } = await signedIn('session')
    app.clock.advance(s)
    const answer = await client.send('/api/me')
    expect(answer.status).toBe(401)
    expect(answer.body.code).toBe('invalid_session')
    expect(answer.setCookies).toEqual([])
    expectSteps(
      answer.steps,
      `request.received mode.chosen cookie.received cookie.unsealed session.expired access.refused
       response.sent`,
    )
    expect(detailOf(answer.steps, 'session.expired').limit).toBe('idle')
    expect(await app.database.session.count()).toBe(0)
  },
)

test('each use moves the idle limit', async () => {
  const { app, client } = await signedIn('session')
  await keepUsing(app, client, '/api/me', 'GET', 30 * 60 - 1, 3)
})

test.each([
  { after: -1, status: 200 },
  { after: 0, status: 401 },
  { after: 1, status: 401 },
])(
  'a session in constant use answers $status at $after seconds from its absolute limit',
  async ({ after, status }) => {
    const { app, client } = await signedIn('session')
    await keepUsing(app, client, '/api/me', 'GET', 25 * 60, 28)
    app.clock.advance(12 * HOUR - 28 * 25 * 60 + after)
    const answer = await client.send('/api/me')
    expect(answer.status).toBe(status)
    if (status === 401) expect(detailOf(answer.steps, 'session.expired').limit).toBe('absolute')
  },
)

test('refreshing a session does not move its absolute limit', async () => {
  const { app, client } = await signedIn('session', {
    settings: { idleSeconds: 60, absoluteSeconds: 100 },
  })
  const { body: first } = await client.send('/api/session/refresh', { method: 'POST' })
  app.clock.advance(50)
  const { body, setCookies } = await client.send('/api/session/refresh', { method: 'POST' })
  expect(body.expiresAt).toBe(first.expiresAt)
  expect(body.idleExpiresAt).toBe(first.expiresAt)
  expect(setCookies[0]).toContain('; Max-Age=50;')
  app.clock.advance(50)
  expect((await client.send('/api/session/refresh', { method: 'POST' })).status).toBe(401)
})

test.each([
  { seconds: 299, status: 200 },
  { seconds: 300, status: 401 },
  { seconds: 301, status: 401 },
])('an access token answers $status after $seconds seconds', async ({ seconds, status }) => {
  const { app, client } = await signedIn('token')
  app.clock.advance(seconds)
  const answer = await client.send('/api/me')
  expect(answer.status).toBe(status)
  if (status === 200) return
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer realm="authscope", error="invalid_token"',
  )
  expectSteps(
    answer.steps,
    `request.received mode.chosen header.received token.expired access.refused response.sent`,
  )
})

test.each([
  { after: -1, status: 200 },
  { after: 0, status: 401 },
  { after: 1, status: 401 },
])(
  'a refresh token answers $status at $after seconds from its idle limit',
  async ({ after, status }) => {
    const { app, client } = await signedIn('token')
    app.clock.advance(24 * HOUR + after)
    const answer = await client.send('/api/token/refresh', { method: 'POST' })
    expect(answer.status).toBe(status)
    if (status === 401) expect(answer.body.code).toBe('invalid_refresh')
  },
)

test.each([
  { after: -1, status: 200 },
  { after: 0, status: 401 },
  { after: 1, status: 401 },
])(
  'a family answers $status at $after seconds from its absolute limit',
  async ({ after, status }) => {
    const { app, client } = await signedIn('token')
    await keepUsing(app, client, '/api/token/refresh', 'POST', 23 * HOUR, 7)
    app.clock.advance(7 * HOUR - 10)
    const last = await client.send('/api/token/refresh', { method: 'POST' })
    expect(last.setCookies[0]).toContain('; Max-Age=10;')
    app.clock.advance(10 + after)
    const answer = await client.send('/api/token/refresh', { method: 'POST' })
    expect(answer.status).toBe(status)
    if (status === 401) expect(answer.body.code).toBe('invalid_refresh')
  },
)

test('a clock that is turned back brings nothing back to life', async () => {
  const { app, client: withSession } = await signedIn('session')
  const withToken = createClient(app)
  await withToken.signIn('token', 'reader@test.example')
  const refreshToken = withToken.jar.get(COOKIES.refresh) ?? ''
  app.clock.advance(24 * HOUR)
  // Somebody else's request is enough for the server to have seen this hour.
  await createClient(app).send('/api/health/live')
  app.clock.turnBack(24 * HOUR)
  expect((await withSession.send('/api/me')).status).toBe(401)
  expect((await withToken.send('/api/me')).status).toBe(401)
  withToken.jar.set(COOKIES.refresh, refreshToken)
  expect((await withToken.send('/api/token/refresh', { method: 'POST' })).status).toBe(401)
  expect(await app.database.session.count()).toBe(0)
})
