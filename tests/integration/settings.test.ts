import { sealData } from 'iron-session'
import { expect, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { createAccount, PASSWORD, startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { signedIn } from '../fixtures/signed-in.ts'
import { decode } from '../fixtures/tokens.ts'

const DEFAULTS = {
  mode: 'session',
  accessTokenSeconds: 300,
  idleSeconds: 1800,
  absoluteSeconds: 43200,
  algorithm: 'ES256',
  tokenStorage: 'memory',
  refresh: true,
  revocation: 'denylist',
  theme: 'system',
  language: 'en',
}

const read = async (client: ReturnType<typeof createClient>) =>
  (await client.send('/api/settings')).body.settings

test('a browser that chose nothing has the secure defaults', async () => {
  const client = createClient(await startApp())
  expect((await client.send('/api/settings')).body).toEqual({ settings: DEFAULTS, demo: true })
})

test('what one browser chose is kept for it, and for no other', async () => {
  const app = await startApp()
  const client = createClient(app)
  const answer = await client.configure({ theme: 'dark', idleSeconds: 60 })
  expect(answer.body).toEqual({
    settings: { ...DEFAULTS, theme: 'dark', idleSeconds: 60 },
    demo: true,
  })
  await client.configure({ language: 'ko' })
  expect(await read(client)).toEqual({
    ...DEFAULTS,
    theme: 'dark',
    idleSeconds: 60,
    language: 'ko',
  })
  expect(await read(createClient(app))).toEqual(DEFAULTS)
})

test.each([
  ['ko', 'ko'],
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  ['en-US,ko;q=0.9', 'en'],
  ['kok', 'en'],
  ['', 'en'],
])('whoever wishes for %j is answered in %s', async (wish, language) => {
  const client = createClient(await startApp())
  const { body } = await client.send('/api/settings', { headers: { 'accept-language': wish } })
  expect(body.settings.language).toBe(language)
})

test.each([
  ['accessTokenSeconds', 5, 300],
  ['idleSeconds', 5, 1800],
  ['absoluteSeconds', 10, 43200],
])('%s is between %i and %i: it shortens, it never lengthens', async (member, least, most) => {
  const client = createClient(await startApp())
  for (const value of [least, most])
    expect((await client.configure({ [member]: value })).status).toBe(200)
  for (const value of [least - 1, most + 1, 0, -1, least + 0.5, `${least}`, null, true, 1e308]) {
    const answer = await client.configure({ [member]: value })
    expect({ value, status: answer.status, path: answer.body.errors?.[0].path }).toEqual({
      value,
      status: 422,
      path: member,
    })
    expect(answer.setCookies).toEqual([])
  }
  expect((await read(client))[member]).toBe(most)
})

test.each([
  { mode: 'both' },
  { algorithm: 'none' },
  { algorithm: 'ES512' },
  { tokenStorage: 'cookie' },
  { refresh: 'false' },
  { revocation: 'off' },
  { language: 'de' },
  { theme: 'pink' },
  { demo: true },
  { mode: 'token', role: 'admin' },
])('refuses %j and changes nothing', async change => {
  const client = createClient(await startApp())
  const answer = await client.configure(change)
  expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input'])
  expect(await read(client)).toEqual(DEFAULTS)
})

test('no body at all is no change', async () => {
  const answer = await createClient(await startApp()).send('/api/settings', { method: 'PATCH' })
  expect(answer.status).toBe(422)
})

test.each([{ tokenStorage: 'localStorage' }, { revocation: 'none' }])(
  'outside demo mode %j does not exist',
  async change => {
    const inDemo = createClient(await startApp())
    expect((await inDemo.configure(change)).status).toBe(200)
    const weakened = inDemo.jar.get(COOKIES.settings) ?? ''

    const client = createClient(await startApp({ demo: false }))
    const answer = await client.configure(change)
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ path: Object.keys(change)[0], code: 'demo_only' }])
    client.jar.set(COOKIES.settings, weakened)
    expect((await client.send('/api/settings')).body).toEqual({ settings: DEFAULTS, demo: false })
  },
)

test('a settings cookie that was tampered with, or is not one, is the defaults', async () => {
  const app = await startApp()
  const client = createClient(app)
  await client.configure({ theme: 'dark', accessTokenSeconds: 60 })
  const seal = client.jar.get(COOKIES.settings) ?? ''
  const sealed = (data: object, password = app.passwordsFor.settings) =>
    sealData(data, { password, ttl: 3600 })
  const settings = { ...DEFAULTS, theme: 'dark' }
  for (const value of [
    'x',
    `${seal.slice(0, 40)}A${seal.slice(41)}`,
    JSON.stringify(settings),
    await sealed({ ...settings, accessTokenSeconds: 99_999 }),
    await sealed({ ...settings, revocation: 'never' }),
    await sealed({ ...settings, admin: true }),
    await sealed([settings]),
    await sealed(settings, app.passwordsFor.session),
    await sealed(settings, { 1: 'a secret of somebody else, long enough.' }),
  ]) {
    client.jar.set(COOKIES.settings, value)
    expect({ value, settings: await read(client) }).toEqual({ value, settings: DEFAULTS })
  }
  client.jar.set(COOKIES.settings, seal)
  expect((await read(client)).accessTokenSeconds).toBe(60)
})

test('a shorter access token really is one', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const client = createClient(app)
  await client.configure({ mode: 'token', accessTokenSeconds: 5 })
  const { body } = await client.signIn('token', 'reader@test.example')
  const { iat, exp } = decode(body.access_token.split('.')[1]) as { iat: number; exp: number }
  expect([body.expires_in, exp - iat]).toEqual([5, 5])
  app.clock.advance(4)
  expect((await client.send('/api/me')).status).toBe(200)
  app.clock.advance(1)
  expect((await client.send('/api/me')).status).toBe(401)
  expect((await client.send('/api/token/refresh', { method: 'POST' })).body.expires_in).toBe(5)
})

test('shorter limits of a session really are, and using it keeps it only to the absolute one', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const client = createClient(app)
  await client.configure({ idleSeconds: 5, absoluteSeconds: 12 })
  const { setCookies } = await client.signIn('session', 'reader@test.example')
  expect(setCookies[0]).toContain('; Max-Age=12;')
  for (const seconds of [4, 4, 3]) {
    app.clock.advance(seconds)
    expect((await client.send('/api/me')).status).toBe(200)
  }
  app.clock.advance(1)
  expect((await client.send('/api/me')).status).toBe(401)
  await client.signIn('session', 'reader@test.example')
  app.clock.advance(5)
  expect((await client.send('/api/me')).status).toBe(401)
})

test('without refresh there is one access token, no cookie, and then an end', async () => {
  const { app, client } = await signedIn('token', {
    settings: { mode: 'token', refresh: false, accessTokenSeconds: 60 },
  })
  expect(client.jar.has(COOKIES.refresh)).toBe(false)
  expect((await client.send('/api/devices')).body.devices).toHaveLength(1)
  app.clock.advance(60)
  expect((await client.send('/api/me')).status).toBe(401)
  expect((await client.send('/api/token/refresh', { method: 'POST' })).body.code).toBe(
    'unauthenticated',
  )
})

test('outside demo mode the seeded accounts are nobody’s: they sign in nowhere, and nobody takes their place', async () => {
  const app = await startApp({ demo: false })
  const hashed = await app.passwords.hash(PASSWORD)
  if (!hashed.ok) throw new Error(hashed.reason)
  const seeded = {
    email: 'admin@demo.example',
    name: 'Ada',
    role: 'admin' as const,
    passwordHash: hashed.value,
  }
  await app.accounts.create({ ...seeded, now: app.clock.now() })
  const client = createClient(app)
  for (const mode of ['session', 'token'] as const) {
    const answer = await client.signIn(mode, seeded.email)
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials'])
  }
  const body = { email: 'somebody@demo.example', name: 'Somebody', password: PASSWORD }
  expect((await client.send('/api/accounts', { method: 'POST', body })).status).toBe(422)
})
