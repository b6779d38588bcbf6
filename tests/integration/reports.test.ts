import { expect, test } from 'vitest'
import type { Role } from '../../lib/settings/settings.ts'
import { MONTHLY, REPORTS_AUDIENCE, startReports } from '../fixtures/reports.ts'
import { ALGORITHMS, accepted, decode, forge, serverKey, tokenHolder } from '../fixtures/tokens.ts'

/**
 * Somebody with a token for the reports service, the service, and the address its keys come from,
 * which can be cut off.
 */
async function reportsHolder(algorithm: Parameters<typeof tokenHolder>[0] = 'ES256') {
  const holder = await tokenHolder(algorithm)
  const issuer = { isAway: false }
  const reports = startReports(holder.app, {
    fetch: async input => {
      if (issuer.isAway) throw new TypeError('fetch failed')
      return holder.client.deliver(new URL(String(input)).pathname)
    },
  })
  /** A token for the service, as good at this moment as one can be. */
  const mint = (claims: Record<string, unknown> = {}) => {
    const iat = Math.floor(holder.app.clock.now().getTime() / 1000)
    return holder.resign({ claims: { aud: REPORTS_AUDIENCE, iat, exp: iat + 60, ...claims } })
  }
  return { ...holder, issuer, reports, mint }
}

test.each(ALGORITHMS)(
  '%s: a token made out to the service passes where its key has a public half',
  async algorithm => {
    const { reports, mint, claims } = await reportsHolder(algorithm)
    const { status, body } = await reports.present(mint())
    expect(status).toBe(accepted(algorithm).reports)
    if (status === 200) expect(body.requestedBy).toEqual({ id: claims.sub, role: 'admin' })
    else expect(body.code).toBe('invalid_token')
  },
)

test('neither takes a token that is for the other', async () => {
  const { client, token, reports, mint } = await reportsHolder()
  expect(await reports.present(token)).toMatchObject({
    status: 401,
    body: { code: 'invalid_token' },
  })
  for (const target of ['/api/me', '/api/notes', '/api/verify']) {
    const answer = await client.send(target, { headers: { authorization: `Bearer ${mint()}` } })
    expect({ target, status: answer.status, code: answer.body.code }).toEqual({
      target,
      status: 401,
      code: 'invalid_token',
    })
    expect(answer.steps).toContainEqual(
      expect.objectContaining({
        name: 'access.refused',
        detail: expect.objectContaining({ reason: 'token.audience_refused' }),
      }),
    )
  }
})

test.each<[Role, number]>([
  ['reader', 403],
  ['editor', 200],
  ['admin', 200],
])('the report is for editors and admins: %s %d', async (role, status) => {
  const { reports, mint } = await reportsHolder()
  const answer = await reports.present(mint({ role }))
  expect(answer.status).toBe(status)
  if (status === 403) {
    expect(answer.body.code).toBe('insufficient_scope')
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="authscope", error="insufficient_scope"',
    )
  }
})

test('every refusal looks as it does in the app', async () => {
  const { client, reports, mint } = await reportsHolder()
  const expired = mint({ iat: 1_000_000_000, exp: 1_000_000_060 })
  const credentials = [
    '',
    'Basic YTpi',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a,b',
    'Bearer x',
    `bearer ${expired}`,
  ]
  for (const authorization of credentials) {
    const here = await reports.send(MONTHLY, authorization ? { authorization } : {})
    const there = await client.send('/api/me', { headers: { authorization, 'auth-mode': 'token' } })
    expect({ authorization, status: here.status, body: here.body }).toEqual({
      authorization,
      status: there.status,
      body: there.body,
    })
    for (const name of [
      'content-type',
      'www-authenticate',
      'cache-control',
      'x-content-type-options',
    ])
      expect([authorization, name, here.headers.get(name)]).toEqual([
        authorization,
        name,
        there.headers.get(name),
      ])
  }
})

test('a token with revocation off is as good as any: nobody here could have revoked one', async () => {
  const { reports, mint } = await reportsHolder()
  expect((await reports.present(mint({ revocation: 'none' }))).status).toBe(200)
  expect((await reports.present(mint({ revocation: 'off' }))).status).toBe(401)
})

test('a cookie, a query and a body carry nothing here', async () => {
  const { client, reports, mint } = await reportsHolder()
  await client.configure({ mode: 'session' })
  await client.signIn('session', 'admin@test.example')
  const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  expect((await reports.send(MONTHLY, { cookie })).status).toBe(401)
  expect((await reports.send(`${MONTHLY}?access_token=${mint()}`)).status).toBe(401)
})

test('the report counts what the service itself has seen', async () => {
  const { app, reports, mint } = await reportsHolder()
  await reports.present(mint({ role: 'reader' }))
  await reports.present('x')
  await reports.present(mint({ role: 'editor' }))
  const { report } = (await reports.present(mint())).body
  const date = app.clock.now().toISOString().slice(0, 10)
  expect(report).toMatchObject({
    month: date.slice(0, 7),
    granted: 2,
    refused: 2,
    byRole: { editor: 1, admin: 1 },
    byAlgorithm: { ES256: 2 },
    days: [{ date, granted: 2, refused: 2 }],
  })
  app.clock.advance(31 * 24 * 3600)
  const next = (await reports.present(mint())).body.report
  expect(next).toMatchObject({ granted: 1, refused: 0, byRole: { admin: 1 } })
  expect(next.days).toHaveLength(1)
})

test('a key that the app makes later is known at the first token it signed, and one that it retires goes', async () => {
  const { app, reports, mint, header } = await reportsHolder()
  expect((await reports.present(mint())).status).toBe(200)
  await app.database.signingKey.updateMany({ data: { retiredAt: app.clock.now() } })
  app.clock.advance(10)
  await app.keys.publicJwks()
  const other = await app.keys.signingKey('ES256')
  expect(other.kid).not.toBe(header.kid)
  const { key, kid } = await serverKey(app, 'ES256')
  const iat = Math.floor(app.clock.now().getTime() / 1000)
  const byNew = forge(
    'ES256',
    key,
    { ...header, kid },
    { ...decode(mint().split('.')[1]), iat, exp: iat + 60 },
  )
  expect([(await reports.present(byNew)).status, (await reports.present(mint())).status]).toEqual([
    200, 200,
  ])
  // The app verifies with a retired key for five minutes; the service finds out within the minute
  // after.
  app.clock.advance(301)
  await reports.present(mint())
  expect((await reports.present(mint())).status).toBe(401)
})

test('warm, an outage of the app goes unnoticed; a key it may have made since is no guess', async () => {
  const { app, issuer, reports, mint, resign } = await reportsHolder()
  await reports.present(mint())
  issuer.isAway = true
  for (const seconds of [30, 60, 600, 2_000]) {
    app.clock.advance(seconds)
    expect((await reports.present(mint())).status).toBe(200)
    expect((await reports.send('/health/ready')).status).toBe(200)
    expect((await reports.present(`${mint().slice(0, -8)}AAAAAAAA`)).status).toBe(401)
  }
  app.clock.advance(10)
  const unknown = await reports.present(resign({ header: { kid: 'made-since' } }))
  expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([503, '10'])
  issuer.isAway = false
  app.clock.advance(10)
  expect((await reports.present(resign({ header: { kid: 'made-since' } }))).status).toBe(401)
})

test('cold, an outage of the app is 503 for whoever has a credential, and over two seconds after it', async () => {
  const { app, issuer, reports, mint } = await reportsHolder()
  issuer.isAway = true
  for (const token of [mint(), 'x']) {
    const answer = await reports.present(token)
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '2',
    ])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('www-authenticate')).toBeNull()
  }
  expect((await reports.send(MONTHLY)).status).toBe(401)
  expect((await reports.send('/health/ready')).status).toBe(503)
  expect((await reports.send('/health/live')).status).toBe(200)
  expect(reports.asked).toHaveLength(1)
  issuer.isAway = false
  app.clock.advance(2)
  // Only the request without a credential was refused: the others could not be judged.
  expect((await reports.present(mint())).body.report).toMatchObject({ granted: 1, refused: 1 })
  expect((await reports.send('/health/ready')).body).toEqual({ status: 'ready' })
})

test('asks one address only, whatever a token says', async () => {
  const { reports, resign } = await reportsHolder()
  const url = 'https://evil.example/keys'
  for (const extra of [{ jku: url }, { x5u: url }, { kid: url }, { iss: url }])
    expect((await reports.present(resign({ header: extra, claims: { iss: url } }))).status).toBe(
      401,
    )
  expect(new Set(reports.asked)).toEqual(new Set(['http://localhost:3000/.well-known/jwks.json']))
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
  '%s is 405 with what is allowed',
  async method => {
    const { reports, mint } = await reportsHolder()
    for (const target of [MONTHLY, '/health/live', '/health/ready']) {
      const answer = await reports.send(target, { authorization: `Bearer ${mint()}` }, method)
      expect([answer.status, answer.headers.get('allow'), answer.body.code]).toEqual([
        405,
        'GET, HEAD, OPTIONS',
        'method_not_allowed',
      ])
    }
    expect((await reports.send('/nothing/here', {}, method)).status).toBe(404)
  },
)

test('HEAD has the status and the headers, and nothing else', async () => {
  const { reports, mint } = await reportsHolder()
  const answer = await reports.send(MONTHLY, { authorization: `Bearer ${mint()}` }, 'HEAD')
  expect([answer.status, answer.body, answer.headers.get('cache-control')]).toEqual([
    200,
    null,
    'no-store',
  ])
  expect((await reports.send(MONTHLY, {}, 'HEAD')).status).toBe(401)
})

test('what is not there is 404, however it is spelt', async () => {
  const { reports } = await reportsHolder()
  for (const target of [
    '/',
    '/api',
    '/api/reports',
    `${MONTHLY}/`,
    '/api/reports/%6donthly%00',
    '/%',
    '/api/verify',
    '//x',
  ])
    expect([target, (await reports.send(target)).status]).toEqual([target, 404])
})

test('a page of a known origin may ask and read, without cookies; others may not', async () => {
  const { reports, mint } = await reportsHolder()
  const preflight = (origin: string) =>
    reports.send(
      MONTHLY,
      {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
      'OPTIONS',
    )
  const asked = await preflight('http://localhost:3000')
  expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': 'http://localhost:3000',
    'access-control-allow-methods': 'GET,HEAD',
    'access-control-allow-headers': 'Authorization',
  })
  const authorization = `Bearer ${mint()}`
  const answers = [
    asked,
    await reports.send(MONTHLY, { origin: 'http://localhost:3000', authorization }),
  ]
  // A refusal must be readable too, or the page could not tell why.
  answers.push(await reports.send(MONTHLY, { origin: 'http://localhost:3000' }))
  for (const { headers } of answers) {
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect(headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('vary')).toMatch(/\bOrigin\b/)
  }
  for (const origin of [
    'https://evil.example',
    'null',
    'http://localhost:3001',
    'http://localhost:3000.evil.example',
    '*',
  ]) {
    for (const { headers } of [
      await preflight(origin),
      await reports.send(MONTHLY, { origin, authorization }),
    ])
      expect([origin, headers.get('access-control-allow-origin')]).toEqual([origin, null])
  }
})

test('each request is one line of JSON, with who and why and without a secret', async () => {
  const { reports, mint, claims } = await reportsHolder()
  const tokens = [mint(), mint({ role: 'reader' }), 'x']
  for (const token of tokens) await reports.present(token)
  await reports.send(`/nothing/here?access_token=${tokens[0]}&line=\n`)
  const lines = reports.log.map(line => JSON.parse(line))
  expect(reports.log.every(line => line.indexOf('\n') === line.length - 1)).toBe(true)
  expect(lines.map(({ status, outcome, user }) => [status, outcome, typeof user])).toEqual([
    [200, 'ok', 'string'],
    [403, 'role_too_low', 'string'],
    [401, 'token.malformed', 'undefined'],
    [404, 'not_found', 'undefined'],
  ])
  expect(new Set(lines.map(line => line.requestId)).size).toBe(4)
  const all = reports.log.join('')
  for (const secret of [...tokens.slice(0, 2), String(claims.sub), 'access_token'])
    expect(all).not.toContain(secret)
})
