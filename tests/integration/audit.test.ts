import { expect, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'

const NEXT = 'another long one, quite new'
const HOSTILE = 'curl\r\n{"event":"sign_in.ok","user":"admin"}\u2028\u0000\u001b[31m'

type Line = {
  at: string
  event: string
  outcome: string
  requestId: string
  address: string
} & Record<string, string>

const linesOf = (app: TestApp): Line[] => app.log.map(line => JSON.parse(line))
const eventsOf = (app: TestApp) => linesOf(app).map(({ event, outcome }) => `${event}: ${outcome}`)

async function started() {
  const app = await startApp()
  const account = await createAccount(app, 'reader')
  const admin = await createAccount(app, 'admin')
  return { app, account, admin, client: createClient(app) }
}

test.each(['session', 'token'] as const)('%s: every event of a sign-in is a line', async mode => {
  const { app, client } = await started()
  const refresh = `/api/${mode}/refresh`
  await client.signIn(mode, 'reader@test.example', 'not the right password')
  await client.signIn(mode, 'reader@test.example')
  const old = client.jar.get(mode === 'session' ? COOKIES.session : COOKIES.refresh) ?? ''
  await client.send(refresh, { method: 'POST' })
  await client.send('/api/me/password', {
    method: 'PUT',
    body: { current: 'not the right password', next: NEXT },
  })
  const changed = await client.send('/api/me/password', {
    method: 'PUT',
    body: { current: PASSWORD, next: NEXT },
  })
  if (mode === 'token') client.accessToken = changed.body.access_token
  await client.send('/api/notes', { method: 'POST', body: { title: 'One', body: 'Two' } })
  await client.send(`/api/${mode}/sign-out`, { method: 'POST' })
  client.jar.set(mode === 'session' ? COOKIES.session : COOKIES.refresh, old)
  await client.send(refresh, { method: 'POST' })
  await client.send(refresh, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })
  const gone = mode === 'session' ? 'session.unknown' : 'refresh.ended'
  expect(eventsOf(app)).toEqual([
    'sign_in.failed: invalid_credentials',
    'access.refused: invalid_credentials',
    'sign_in.ok: ok',
    'refresh.ok: ok',
    'password.refused: wrong_current_password',
    'password.changed: ok',
    'access.refused: role_too_low',
    'sign_out: ended',
    `refresh.refused: ${gone}`,
    `access.refused: ${gone}`,
    'cross_site: cross_site_request',
  ])
  for (const line of linesOf(app)) {
    expect(line).toMatchObject({ mode, address: '192.0.2.1', at: app.clock.now().toISOString() })
    expect(line.requestId).toMatch(/^[\da-f-]{36}$/)
  }
})

test('sign-ups, throttling, reuse and what admins do are lines too', async () => {
  const { app, client, account } = await started()
  const body = { email: 'new@test.example', name: 'New', password: PASSWORD }
  await client.send('/api/accounts', { method: 'POST', body })
  await client.signIn('token', 'reader@test.example')
  const first = client.jar.get(COOKIES.refresh) ?? ''
  client.accessToken = (
    await client.send('/api/token/refresh', { method: 'POST' })
  ).body.access_token
  await client.send('/api/me')
  app.clock.advance(60)
  client.jar.set(COOKIES.refresh, first)
  await client.send('/api/token/refresh', { method: 'POST' })

  await client.signIn('session', 'reader@test.example')

  const root = createClient(app)
  await root.signIn('session', 'admin@test.example')
  await root.send(`/api/admin/users/${account.id}`, {
    method: 'PATCH',
    body: { role: 'editor', disabled: true },
  })
  await root.send(`/api/admin/users/${account.id}/devices`, { method: 'DELETE' })
  for (let count = 0; count < 11; count += 1)
    await client.signIn('session', 'nobody@test.example', 'wrong')
  const events = eventsOf(app)
  expect(events).toEqual(
    expect.arrayContaining([
      'account.created: ok',
      'refresh.reused: refresh.reused',
      'account.changed: role,disabled',
      'sign_in.ended: account_disabled',
      'throttled: too_many_attempts',
    ]),
  )
})

test('lines of one account and one sign-in can be put together, without naming them', async () => {
  const { app, client, account } = await started()
  await client.signIn('session', 'reader@test.example')
  await client.send('/api/session/refresh', { method: 'POST' })
  const { handle } = await app.database.session.findFirstOrThrow()
  const [signIn, refreshed] = linesOf(app)
  expect(signIn).toMatchObject({
    user: expect.stringMatching(/^[\da-f]{12}$/),
    signIn: expect.stringMatching(/^[\da-f]{12}$/),
  })
  expect([refreshed?.user, refreshed?.signIn]).toEqual([signIn?.user, signIn?.signIn])
  expect(app.log.join('')).not.toContain(account.id)
  expect(app.log.join('')).not.toContain(handle)
})

test('no line carries a secret, an email or a name', async () => {
  const { app, client } = await started()
  for (const mode of ['session', 'token'] as const) {
    await client.signIn(mode, 'reader@test.example', 'a wrong guess of mine')
    await client.signIn(mode, 'nobody@test.example')
    await client.signIn(mode, 'reader@test.example')
    await client.send(`/api/${mode}/refresh`, { method: 'POST' })
  }
  await client.send('/api/me/password', { method: 'PUT', body: { current: PASSWORD, next: NEXT } })
  const seals = [COOKIES.session, COOKIES.refresh].map(name => client.jar.get(name)?.slice(0, 40))
  const secrets = [
    PASSWORD,
    NEXT,
    'a wrong guess of mine',
    client.accessToken,
    client.channelId,
    '@',
    'Fe26',
    ...seals,
  ]
  const log = app.log.join('')
  expect(app.log.length).toBeGreaterThanOrEqual(11)
  for (const secret of secrets) {
    expect(secret).toBeTruthy()
    expect({ secret, found: log.includes(secret ?? '') }).toEqual({ secret, found: false })
  }
})

test('nothing a client sends can start a line of its own', async () => {
  const { app } = await started()
  const client = createClient(app, '192.0.2.1 "forged":true}')
  const headers = { 'user-agent': 'curl {"event":"sign_in.ok"} \u0085', 'auth-mode': 'session' }
  const body = { email: HOSTILE, password: HOSTILE }
  await client.send('/api/session/sign-in', { method: 'POST', body, headers })
  await client.send(`/api/me?${encodeURIComponent(HOSTILE)}`, { headers })
  expect(app.log).toHaveLength(3)
  for (const line of app.log) {
    expect(line).toMatch(/^\{[^\n\r\u0085\u2028\u2029]*\}\n$/)
    expect(JSON.parse(line).event).toMatch(/^(sign_in\.failed|access\.refused)$/)
    expect(JSON.parse(line).address).toBe('192.0.2.1 "forged":true}')
  }
  expect(app.log.join('')).not.toContain('curl')
})

test('what is kept of a user agent is plain, short text', async () => {
  const { app, client } = await started()
  const headers = { 'user-agent': `Browser \u00e9\u001b[31m${'x'.repeat(1000)}` }
  const body = { email: 'reader@test.example', password: PASSWORD }
  await client.send('/api/session/sign-in', { method: 'POST', body, headers })
  const { userAgent } = await app.database.session.findFirstOrThrow()
  expect(userAgent).toMatch(/^Browser \?\?\[31mx+$/)
  expect(userAgent).toHaveLength(300)
})
