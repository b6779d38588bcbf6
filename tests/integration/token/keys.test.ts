import { expect, test, vi } from 'vitest'
import type { App } from '../../../lib/app.ts'
import type { Algorithm } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ALGORITHMS, forge, REFUSED, tokenHolder } from '../../fixtures/tokens.ts'

const PUBLIC_MEMBERS = {
  RS256: ['alg', 'e', 'kid', 'kty', 'n', 'use'],
  ES256: ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
  EdDSA: ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
}

async function rotated(app: App, algorithm: Algorithm = 'ES256') {
  const key = await app.keys.rotate(algorithm)
  if (!key) throw new Error('the next key is announced already')
  return key
}

async function signedInWithEach() {
  const app = await startApp()
  await createAccount(app, 'reader')
  const client = createClient(app)
  for (const algorithm of ALGORITHMS) {
    await client.configure({ algorithm })
    await client.signIn('token', 'reader@test.example')
  }
  return { app, client }
}

test('the published keys are public: no member but these, and no symmetric key at all', async () => {
  const { app, client } = await signedInWithEach()
  app.clock.advance(60)
  const { status, headers, body } = await client.send('/.well-known/jwks.json')
  expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=60'])
  const members = (body.keys as Record<string, string>[]).map(key => [
    key.alg ?? '',
    Object.keys(key).sort(),
  ])
  expect(Object.fromEntries(members)).toEqual(PUBLIC_MEMBERS)
  const rsa = (body.keys as Record<string, string>[]).find(key => key.kty === 'RSA')
  expect(Buffer.from(rsa?.n ?? '', 'base64url')).toHaveLength(3072 / 8)
})

test('private halves are in the database under a seal only', async () => {
  const { app } = await signedInWithEach()
  const rows = await app.database.signingKey.findMany()
  expect(rows.map(row => row.algorithm).sort()).toEqual([...ALGORITHMS].sort())
  for (const { sealedPrivate, publicJwk, algorithm } of rows) {
    expect(sealedPrivate).toMatch(/^Fe26\.2\*/)
    const members = Object.keys(JSON.parse(publicJwk) ?? {}).sort()
    const { [algorithm as 'RS256']: published = [] } = PUBLIC_MEMBERS
    expect(members).toEqual(published.filter(member => !['alg', 'kid', 'use'].includes(member)))
  }
})

test('each algorithm has one key, however many sign in at once', async () => {
  const app = await startApp()
  await Promise.all(
    ALGORITHMS.flatMap(algorithm =>
      Array.from({ length: 5 }, () => app.keys.signingKey(algorithm)),
    ),
  )
  expect(await app.database.signingKey.count()).toBe(ALGORITHMS.length)
})

test('getting ready makes the default key, so that the first sign-in need not', async () => {
  const app = await startApp()
  expect((await createClient(app).send('/api/health/ready')).status).toBe(200)
  expect((await app.database.signingKey.findMany()).map(row => row.algorithm)).toEqual(['ES256'])
})

test('a key that another instance has just made is known at the first token it signed', async () => {
  const first = await startApp()
  await createAccount(first, 'reader')
  await first.keys.warmUp()
  const second = await startApp({ databaseUrl: first.config.databaseUrl })
  const client = createClient(second)
  await client.configure({ algorithm: 'EdDSA' })
  await client.signIn('token', 'reader@test.example')
  const answered = await first.keys.verificationKey(
    JSON.parse(Buffer.from(client.accessToken?.split('.')[0] ?? '', 'base64url').toString()).kid,
  )
  expect(answered?.algorithm).toBe('EdDSA')
  first.clock.advance(60)
  expect((await first.keys.publicJwks()).keys.map(key => key.alg).sort()).toEqual([
    'ES256',
    'EdDSA',
  ])
})

test('made-up key names are no way to load the store', async () => {
  const app = await startApp()
  await app.keys.warmUp()
  app.clock.advance(60)
  let loads = 0
  const { findMany } = app.database.signingKey
  Object.assign(app.database.signingKey, {
    findMany: (...args: Parameters<typeof findMany>) => {
      loads += 1
      return findMany(...args)
    },
  })
  for (let count = 0; count < 50; count += 1)
    expect(await app.keys.verificationKey(`made-up-${count}`)).toBeNull()
  expect(loads).toBeLessThanOrEqual(1)
})

test.each(ALGORITHMS)(
  '%s: a retired key signs nothing more, and verifies until what it signed has expired',
  async algorithm => {
    const { app, header, claims, key } = await tokenHolder(algorithm)
    // Another instance, which reads the keys now.
    const other = await startApp({ databaseUrl: app.config.databaseUrl })
    await app.database.signingKey.updateMany({
      where: { algorithm },
      data: { retiredAt: other.clock.now() },
    })
    const stranger = createClient(other)
    const present = async () => {
      const now = Math.floor(other.clock.now().getTime() / 1000)
      const token = forge(algorithm, key, header, { ...claims, iat: now, exp: now + 60 })
      return stranger.send('/api/me', { headers: { authorization: `Bearer ${token}` } })
    }
    expect((await other.keys.signingKey(algorithm)).kid).not.toBe(header.kid)
    expect((await present()).status).toBe(200)
    other.clock.advance(299)
    expect((await present()).status).toBe(200)
    other.clock.advance(2)
    expect((await present()).status).toBe(401)
    expect((await other.keys.publicJwks()).keys.map(jwk => jwk.kid)).not.toContain(header.kid)
  },
)

test('keys move to a new secret with the sessions: an older secret still opens them', async () => {
  const old = 'an old secret for tests, long enough it is.'
  const next = 'a new secret for tests, long enough it is.'
  const first = await startApp({ secrets: [old] })
  await createAccount(first, 'reader')
  const client = createClient(first)
  await client.signIn('token', 'reader@test.example')
  await startApp({ secrets: [next, old], databaseUrl: first.config.databaseUrl })
  expect((await client.send('/api/me')).status).toBe(200)
})

test('keys that no secret opens any more are done without: their tokens are refused, and others are made', async () => {
  const first = await startApp({ secrets: ['an old secret for tests, long enough it is.'] })
  await createAccount(first, 'reader')
  const client = createClient(first)
  await client.signIn('token', 'reader@test.example')
  const lost = await startApp({
    secrets: ['a new secret for tests, long enough it is.'],
    databaseUrl: first.config.databaseUrl,
  })
  const published = (await first.keys.publicJwks()).keys.map(key => key.kid)
  const answer = await client.send('/api/me')
  expect([answer.status, answer.body.code]).toEqual([401, REFUSED.code])
  const { keys } = (await client.send('/.well-known/jwks.json')).body
  expect(keys).toHaveLength(1)
  expect(published).not.toContain(keys[0].kid)
  const again = createClient(lost)
  expect((await again.signIn('token', 'reader@test.example')).status).toBe(200)
  expect((await again.send('/api/me')).status).toBe(200)
})

test.each(ALGORITHMS)(
  '%s: rotation announces a key, changes over to it, and signs nobody out',
  async algorithm => {
    const { app, present, token, header } = await tokenHolder(algorithm)
    const announced = await rotated(app, algorithm)
    expect(announced).toMatchObject({ algorithm, state: 'announced', retiredAt: null })
    const published = async () => (await app.keys.publicJwks()).keys.map(key => key.kid)
    if (algorithm !== 'HS256')
      expect(await published()).toEqual(expect.arrayContaining([header.kid, announced.kid]))
    // Published, it does not sign yet: whoever keeps the key set of a minute ago must not meet a
    // key they do not know.
    expect((await app.keys.signingKey(algorithm)).kid).toBe(header.kid)
    app.clock.advance(89)
    expect((await app.keys.signingKey(algorithm)).kid).toBe(header.kid)
    app.clock.advance(1)
    expect((await app.keys.signingKey(algorithm)).kid).toBe(announced.kid)
    expect(await present(token)).toMatchObject({ me: 200, verify: 204 })
    const states = () =>
      app.keys.list().then(keys => keys.filter(key => key.algorithm === algorithm))
    expect((await states()).map(key => [key.kid, key.state])).toEqual([
      [announced.kid, 'signing'],
      [header.kid, 'verifying'],
    ])
    app.clock.advance(301)
    expect((await states()).map(key => key.kid)).toEqual([announced.kid])
  },
)

test('instances change over together, without asking the store at each request', async () => {
  const { app: first } = await tokenHolder('ES256')
  const second = await startApp({ databaseUrl: first.config.databaseUrl })
  await second.keys.signingKey('ES256')
  const { kid } = await rotated(first)
  for (const { clock } of [first, second]) clock.advance(90)
  expect((await first.keys.signingKey('ES256')).kid).toBe(kid)
  expect((await second.keys.signingKey('ES256')).kid).toBe(kid)
})

test('two rotations at once leave one key that signs, the same on every instance', async () => {
  const { app } = await tokenHolder('ES256')
  await Promise.all([app.keys.rotate('ES256'), app.keys.rotate('ES256')])
  app.clock.advance(180)
  const other = await startApp({ databaseUrl: app.config.databaseUrl })
  other.clock.advance(180)
  const kid = (await app.keys.signingKey('ES256')).kid
  expect((await other.keys.signingKey('ES256')).kid).toBe(kid)
  expect(
    (await app.keys.list()).filter(key => key.state === 'signing').map(key => key.kid),
  ).toEqual([kid])
})

test('keys with which nothing can be done any more are removed, and nothing else', async () => {
  const { app, header } = await tokenHolder('ES256')
  const { kid } = await rotated(app)
  app.clock.advance(90 + 300 + 59)
  await app.sweep()
  expect(await app.database.signingKey.count()).toBe(2)
  app.clock.advance(2)
  await app.sweep()
  expect((await app.database.signingKey.findMany()).map(row => row.kid)).toEqual([kid])
  expect(kid).not.toBe(header.kid)
})

test('outside demo mode there is one algorithm: the others neither sign nor verify nor are published', async () => {
  const { app: demo, client } = await tokenHolder('RS256')
  const real = await startApp({
    databaseUrl: demo.config.databaseUrl,
    demo: false,
    algorithm: 'EdDSA',
  })
  const headers = { authorization: `Bearer ${client.accessToken}`, 'auth-mode': 'token' }
  expect((await createClient(real).send('/api/me', { headers })).status).toBe(401)
  const browser = createClient(real)
  expect((await browser.configure({ algorithm: 'RS256' })).body.errors[0]).toMatchObject({
    code: 'demo_only',
  })
  expect((await browser.send('/api/settings')).body.settings.algorithm).toBe('EdDSA')
  await browser.signIn('token', 'admin@test.example')
  expect((await browser.send('/api/me')).status).toBe(200)
  real.clock.advance(60)
  expect(
    (await browser.send('/.well-known/jwks.json')).body.keys.map((key: { alg: string }) => key.alg),
  ).toEqual(['EdDSA'])
})

test('a key is good whatever happens to the time while it is looked up', async () => {
  const { app, present, token } = await tokenHolder('ES256')
  const { now } = app.clock
  let readings = 0
  vi.spyOn(app.clock, 'now').mockImplementation(() => new Date(now().getTime() + readings++))
  for (let count = 0; count < 20; count += 1)
    expect(await present(token)).toMatchObject({ me: 200, verify: 204 })
})

test('a made-up name keeps out for a moment only what another instance has just signed with its first key', async () => {
  const first = await startApp()
  await createAccount(first, 'reader')
  await first.keys.warmUp()
  const second = await startApp({ databaseUrl: first.config.databaseUrl })
  expect(await first.keys.verificationKey('made-up')).toBeNull()
  const { kid } = await second.keys.signingKey('EdDSA')
  first.clock.advance(1)
  expect((await first.keys.verificationKey(kid))?.algorithm).toBe('EdDSA')
})

test('a spare key, as two instances make that start at the same moment, does not stand in the way of a rotation', async () => {
  const first = await startApp()
  const second = await startApp({ databaseUrl: first.config.databaseUrl })
  // Each has found that there is none before either makes one.
  const { create } = first.database.signingKey
  Object.assign(first.database.signingKey, {
    async create(...args: Parameters<typeof create>) {
      await second.keys.signingKey('ES256')
      return create(...args)
    },
  })
  await first.keys.signingKey('ES256')
  expect(await first.database.signingKey.count()).toBe(2)
  const { kid } = await rotated(first)
  for (const { clock } of [first, second]) clock.advance(90)
  for (const { keys } of [first, second]) expect((await keys.signingKey('ES256')).kid).toBe(kid)
})
