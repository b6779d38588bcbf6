import { expect, test } from 'vitest'
import { toNumericDate } from '../../../lib/clock.ts'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { startApp, startBeside, type TestApp } from '../../fixtures/app.ts'
import { createClient, type Init } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { decode, encode } from '../../fixtures/tokens.ts'

const SECRET = 'a client secret of forty characters: +/=%'
const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

async function service(settings: Record<string, unknown> = {}) {
  const { app, account, client } = await signedIn('token', {
    role: 'editor',
    settings: { mode: 'token', ...settings },
    config: { clients: { reports: SECRET } },
  })
  const stranger = createClient(app)
  stranger.jar.clear()
  const post = (path: 'introspect' | 'revoke', form: string, init: Init = {}) => {
    const { authorization = basic('reports', SECRET), ...more } = init.headers ?? {}
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization, ...more }
    return stranger.send(`/api/token/${path}`, { method: 'POST', rawBody: form, headers })
  }
  const ask = (path: 'introspect' | 'revoke', token: string, more = '') =>
    post(path, `token=${encodeURIComponent(token)}${more}`)
  return { app, account, client, post, ask, refreshToken: client.jar.get(COOKIES.refresh) ?? '' }
}

const WRONG = {
  'no credentials': '',
  'another scheme': 'Bearer abc',
  'an unknown client': basic('billing', SECRET),
  'a wrong secret': basic('reports', `${SECRET}x`),
  'no secret': basic('reports', ''),
  'a member every object has': basic('constructor', SECRET),
  'broken base64': 'Basic ~~~',
  'a broken encoding': `Basic ${Buffer.from('reports:%').toString('base64')}`,
}

test.each(['introspect', 'revoke'] as const)(
  '%s is for configured clients alone, and tells others nothing',
  async path => {
    const { app, client, post } = await service()
    for (const [name, authorization] of Object.entries(WRONG)) {
      const answer = await post(path, `token=${client.accessToken}`, { headers: { authorization } })
      expect({ name, status: answer.status, body: answer.body }).toMatchObject({
        name,
        status: 401,
        body: { code: 'invalid_client', error: 'invalid_client' },
      })
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="authscope"')
    }
    expect((await client.send('/api/me')).status).toBe(200)
    expect(app.log.filter(line => line.includes('client.refused'))).toHaveLength(
      Object.keys(WRONG).length,
    )
    expect(app.log.join('')).not.toContain(SECRET)
  },
)

test.each(['introspect', 'revoke'] as const)(
  '%s takes a form with each member once',
  async path => {
    const { post } = await service()
    for (const form of ['', 'token=', 'token=a&token=b', 'token_type_hint=access_token'])
      expect({ form, ...(await post(path, form)) }).toMatchObject({
        form,
        status: 400,
        body: { code: 'invalid_request', error: 'invalid_request' },
      })
    expect(
      (await post(path, '{"token":"a"}', { headers: { 'content-type': 'application/json' } }))
        .status,
    ).toBe(415)
    expect((await post(path, `token=${'a'.repeat(17_000)}`)).status).toBe(413)
    expect(
      (await post(path, 'token=a', { headers: { 'sec-fetch-site': 'cross-site' } })).status,
    ).toBe(403)
  },
)

test('tells of a good access token what is in it, and of no other anything', async () => {
  const { app, account, client, ask } = await service()
  const claims = decode(client.accessToken?.split('.')[1])
  const told = await ask('introspect', client.accessToken ?? '')
  expect(told.status).toBe(200)
  expect(told.body).toEqual({
    active: true,
    token_type: 'Bearer',
    username: account.email,
    ...claims,
  })
  expect(
    (await ask('introspect', client.accessToken ?? '', '&token_type_hint=refresh_token')).body
      .active,
  ).toBe(true)
  for (const token of ['x', `${client.accessToken}x`, 'a.b.c', ' '])
    expect((await ask('introspect', token)).body).toEqual({ active: false })
  app.clock.advance(300)
  expect((await ask('introspect', client.accessToken ?? '')).body).toEqual({ active: false })
})

test('knows what a service with the public keys alone cannot: that a token has been ended', async () => {
  const { app, account, client, ask } = await service()
  const exchanged = await client.send('/api/token/exchange', {
    method: 'POST',
    body: { audience: 'authscope-reports' },
  })
  const token = exchanged.body.access_token
  expect((await ask('introspect', token)).body).toMatchObject({
    active: true,
    aud: 'authscope-reports',
  })
  await app.accounts.change(account.id, { role: 'reader' }, app.clock.now())
  expect((await ask('introspect', token)).body).toEqual({ active: false })
  expect((await ask('introspect', client.accessToken ?? '')).body).toEqual({ active: false })
})

test('tells of the refresh token in use when it ends, of used ones and ended ones nothing', async () => {
  const { account, client, ask, refreshToken } = await service()
  const { sid } = decode(client.accessToken?.split('.')[1])
  expect((await ask('introspect', refreshToken)).body).toMatchObject({
    active: true,
    token_type: 'refresh_token',
    sub: account.id,
    sid,
  })
  await client.send('/api/token/refresh', { method: 'POST' })
  expect((await ask('introspect', refreshToken)).body).toEqual({ active: false })
  // Asking uses nothing up.
  const current = client.jar.get(COOKIES.refresh) ?? ''
  expect((await ask('introspect', current)).body.active).toBe(true)
  await client.send('/api/token/sign-out', { method: 'POST' })
  expect((await ask('introspect', current)).body).toEqual({ active: false })
})

test('revokes an access token alone, from the next request on', async () => {
  const { client, ask } = await service()
  expect((await ask('revoke', client.accessToken ?? '')).status).toBe(200)
  expect((await client.send('/api/me')).body.code).toBe('invalid_token')
  expect((await client.send('/api/token/refresh', { method: 'POST' })).status).toBe(200)
})

test('revokes a refresh token with everything that came of it, and tells the browser', async () => {
  const { client, ask, refreshToken } = await service()
  await client.send('/api/me')
  expect((await ask('revoke', refreshToken)).status).toBe(200)
  expect((await client.send('/api/me')).body.code).toBe('invalid_token')
  expect((await client.send('/api/token/refresh', { method: 'POST' })).body.code).toBe(
    'invalid_refresh',
  )
  expect(client.notices).toEqual([{ mode: 'token', because: 'revoked_by_client' }])
  // What is over already is no error (RFC 7009, 2.2).
  for (const token of [refreshToken, client.accessToken ?? '', 'nonsense'])
    expect((await ask('revoke', token)).status).toBe(200)
})

test('says so where a token cannot be revoked', async () => {
  const { client, ask } = await service({ revocation: 'none' })
  const answer = await ask('revoke', client.accessToken ?? '')
  expect([answer.status, answer.body.error]).toEqual([400, 'unsupported_token_type'])
  expect((await client.send('/api/me')).status).toBe(200)
})

/** The service, on an instance whose clock is off, for what another has made. */
async function serviceAt(ahead: number, life = 300) {
  const first = await service({ accessTokenSeconds: life })
  const other = await startBeside(first.app, ahead, { clients: { reports: SECRET } })
  const stranger = createClient(other)
  const revokeAt = (at: TestApp, token: string) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basic('reports', SECRET),
    }
    const init = { method: 'POST', rawBody: `token=${encodeURIComponent(token)}`, headers, at }
    return stranger.send('/api/token/revoke', init)
  }
  const statusAt = async (at: TestApp) => (await first.client.send('/api/me', { at })).status
  return { ...first, other, revokeAt, statusAt }
}

test('a token that is not yet valid here is denied all the same, and cannot become good later', async () => {
  const { app, other, client, revokeAt, statusAt } = await serviceAt(-60)
  expect([await statusAt(app), await statusAt(other)]).toEqual([200, 401])
  expect((await revokeAt(other, client.accessToken ?? '')).status).toBe(200)
  expect(await statusAt(app)).toBe(401)
  for (const { clock } of [app, other]) clock.advance(60)
  expect([await statusAt(app), await statusAt(other)]).toEqual([401, 401])
})

test('a token that is just over here is denied for those whose clock is behind', async () => {
  const { app, other, client, revokeAt, statusAt } = await serviceAt(8, 10)
  for (const { clock } of [app, other]) clock.advance(3)
  expect([await statusAt(app), await statusAt(other)]).toEqual([200, 401])
  expect((await revokeAt(other, client.accessToken ?? '')).status).toBe(200)
  expect(await statusAt(app)).toBe(401)
})

test('a token of a key that this instance has not loaded is denied', async () => {
  const { app, other, client, revokeAt, statusAt } = await serviceAt(0)
  await other.keys.warmUp()
  // A made-up name has just been asked for: nobody else may ask the store for a second one so soon.
  expect(await other.keys.verificationKey('made-up')).toBeNull()
  await client.configure({ mode: 'token', algorithm: 'EdDSA' })
  await client.send('/api/health/live', { at: app })
  client.accessToken = (
    await client.send('/api/token/refresh', { method: 'POST' })
  ).body.access_token
  expect((await revokeAt(other, client.accessToken ?? '')).status).toBe(200)
  expect([await statusAt(app), await statusAt(other)]).toEqual([401, 401])
})

test('a token of a key that nobody here knows may be good elsewhere: 503, unless it is long over by its own words', async () => {
  const { app, client, ask } = await service()
  const [head = '', payload, signature] = (client.accessToken ?? '').split('.')
  const named = encode({ ...decode(head), kid: 'nobody-has-this-key' })
  const answer = await ask('revoke', `${named}.${payload}.${signature}`)
  expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
    503,
    'unavailable',
    '5',
  ])
  const long = toNumericDate(app.clock.now()) - 25 * 3600
  for (const of of [encode({ ...decode(payload), exp: long }), encode('no claims at all')])
    expect((await ask('revoke', `${named}.${of}.${signature}`)).status).toBe(200)
  // What is signed with another key, or by nobody, is none of ours and never will be.
  expect((await ask('revoke', `${head}.${payload}.${signature?.slice(0, -4)}AAAA`)).status).toBe(
    200,
  )
  expect(await app.database.deniedToken.count()).toBe(0)
  expect((await client.send('/api/me')).status).toBe(200)
})

test('what is denied is denied outside demo mode too, whatever it says of revocation', async () => {
  const { app, client, ask } = await service({ revocation: 'none' })
  const real = await startApp({
    databaseUrl: app.config.databaseUrl,
    demo: false,
    clients: { reports: SECRET },
  })
  expect((await ask('revoke', client.accessToken ?? '')).status).toBe(200)
  expect(await real.database.deniedToken.count()).toBe(1)
})
