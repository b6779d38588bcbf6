import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'

const SEALED = /^Fe26\.2\*[\w*.~-]+$/
const attributes = (maxAge: number, sameSite = 'Lax') =>
  `Path=/; Max-Age=${maxAge}; HttpOnly; Secure; SameSite=${sameSite}`

function split(line = '') {
  const [pair = '', ...rest] = line.split('; ')
  const at = pair.indexOf('=')
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes: rest.join('; ') }
}

test.each(MODES)('every answer says what it is and is never cached (%s)', async mode => {
  const app = await startApp({ instance: 'blue-7' })
  for (const { path, address, method, body } of ENDPOINTS) {
    if (path === '/api/wire') continue
    const {
      status,
      headers,
      body: answer,
    } = await createClient(app).send(address, {
      method,
      body,
      headers: { 'auth-mode': mode },
    })
    const isCacheable = path === '/.well-known/jwks.json'
    expect({ path, method, ...Object.fromEntries(headers) }).toMatchObject({
      path,
      method,
      'cache-control': isCacheable ? 'public, max-age=60' : 'no-store',
      'authscope-instance': 'blue-7',
      'authscope-trace': expect.stringMatching(/^[\da-f-]{36}$/),
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(headers.has('strict-transport-security')).toBe(false)
    const type =
      status === 204 ? null : status < 400 ? 'application/json' : 'application/problem+json'
    expect({ path, method, type: headers.get('content-type') }).toEqual({ path, method, type })
    if (status < 400) continue
    expect(answer).toMatchObject({ type: 'about:blank', title: expect.any(String), status })
    expect(answer.code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    expect(
      Object.keys(answer).filter(
        key => !['type', 'title', 'status', 'code', 'errors'].includes(key),
      ),
    ).toEqual([])
    expect(headers.has('www-authenticate')).toBe(status === 401)
  }
})

test('over HTTPS every answer asks for HTTPS from then on', async () => {
  const answer = await createClient(await startApp()).send('/api/me', {
    headers: { 'x-forwarded-proto': 'https' },
  })
  expect(answer.headers.get('strict-transport-security')).toBe(
    'max-age=63072000; includeSubDomains',
  )
})

/** Whoever signs out leaves the browser with another channel. */
const CHANNEL = /^__Host-wire=[\w.-]{54}; Path=\/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax$/

test('the session cookie has exactly the attributes that protect it', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const client = createClient(app)
  const { setCookies, body } = await client.signIn('session', 'reader@test.example')
  expect(setCookies.map(split)).toEqual([
    {
      name: '__Host-session',
      value: expect.stringMatching(SEALED),
      attributes: attributes(43_200),
    },
    {
      name: '__Host-known',
      value: expect.stringMatching(SEALED),
      attributes: attributes(7_776_000, 'Strict'),
    },
  ])
  expect(Date.parse(body.expiresAt) - app.clock.now().getTime()).toBe(43_200_000)
  expect(Date.parse(body.idleExpiresAt) - app.clock.now().getTime()).toBe(1_800_000)

  app.clock.advance(100)
  const refreshed = await client.send('/api/session/refresh', { method: 'POST' })
  expect(refreshed.setCookies.map(split)).toEqual([
    {
      name: '__Host-session',
      value: expect.stringMatching(SEALED),
      attributes: attributes(43_100),
    },
  ])
  const signedOut = await client.send('/api/session/sign-out', { method: 'POST' })
  expect(signedOut.setCookies).toEqual([
    `__Host-session=; ${attributes(0)}`,
    expect.stringMatching(CHANNEL),
  ])
})

test('the refresh cookie has exactly the attributes that protect it', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const client = createClient(app)
  for (const target of ['/api/token/sign-in', '/api/token/refresh']) {
    const body = { email: 'reader@test.example', password: 'correct battery of staples' }
    const answer = await client.send(target, {
      method: 'POST',
      ...(target.endsWith('sign-in') && { body }),
    })
    expect(answer.setCookies.map(split)[0]).toEqual({
      name: '__Host-refresh',
      value: expect.stringMatching(SEALED),
      attributes: attributes(86_400, 'Strict'),
    })
  }
  const signedOut = await client.send('/api/token/sign-out', { method: 'POST' })
  expect(signedOut.setCookies).toEqual([
    `__Host-refresh=; ${attributes(0, 'Strict')}`,
    expect.stringMatching(CHANNEL),
  ])
})

test('the settings cookie has exactly the attributes that protect it', async () => {
  const { setCookies } = await createClient(await startApp()).configure({ theme: 'dark' })
  expect(setCookies.map(split)).toEqual([
    {
      name: '__Host-settings',
      value: expect.stringMatching(SEALED),
      attributes: attributes(31_536_000),
    },
  ])
})

test('a refusal leaves the cookies of the browser alone', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const client = createClient(app)
  client.jar.set(COOKIES.session, 'not-a-seal').set(COOKIES.refresh, 'not-a-seal')
  for (const { path, address, method, body } of ENDPOINTS) {
    if (path === '/api/wire') continue
    const answer = await client.send(address, { method, body })
    if (answer.status >= 400)
      expect({ path, method, cookies: answer.setCookies }).toEqual({ path, method, cookies: [] })
  }
})

test('the verify endpoint names who it is for a gateway in front', async () => {
  const app = await startApp()
  const account = await createAccount(app, 'editor')
  for (const mode of MODES) {
    const client = createClient(app)
    await client.signIn(mode, 'editor@test.example')
    const { status, headers, body } = await client.send('/api/verify')
    expect([status, headers.get('x-auth-user'), headers.get('x-auth-role'), body]).toEqual([
      204,
      account.id,
      'editor',
      null,
    ])
    const stranger = await createClient(app).send('/api/verify', {
      headers: { 'x-auth-user': account.id },
    })
    expect([stranger.status, stranger.headers.get('x-auth-user')]).toEqual([401, null])
  }
})

test('me says who, and by which mode', async () => {
  const app = await startApp()
  const { id } = await createAccount(app, 'editor')
  for (const mode of MODES) {
    const client = createClient(app)
    await client.signIn(mode, 'editor@test.example')
    const { body } = await client.send('/api/me')
    expect(body).toEqual({ id, email: 'editor@test.example', name: 'editor', role: 'editor', mode })
  }
})
