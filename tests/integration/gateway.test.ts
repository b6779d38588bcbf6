import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { expect, test } from 'vitest'
import { createAccount, startApp, type TestApp } from '../fixtures/app.ts'
import { type Client, createClient } from '../fixtures/client.ts'
import { startGateway } from '../fixtures/nginx.ts'
import { listen, listenAndRemember, serveRoutes } from '../fixtures/serve.ts'
import { breakStore } from '../fixtures/sql.ts'

type Sent = { method?: string; headers?: OutgoingHttpHeaders | undefined; body?: string | Buffer }

/** A request with any header at all, as no browser and no `fetch` would send it. */
function ask(
  origin: string,
  target: string,
  { method = 'GET', headers: given = {}, body }: Sent = {},
) {
  const sized =
    body === undefined || 'transfer-encoding' in given
      ? {}
      : { 'content-length': Buffer.byteLength(body) }
  const headers = { ...sized, ...given }
  return new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(origin)
      const request = httpRequest(
        { hostname, port, path: target, method, headers, agent: false },
        async response => {
          let text = ''
          for await (const chunk of response) text += chunk
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        },
      )
      request.on('error', reject)
      request.end(body)
    },
  )
}

/** What the app says with every problem, the gateway says too. */
function expectProblemHeaders(headers: IncomingMessage['headers']) {
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
}

const placeOf = ({ port }: { port: number }) => `127.0.0.1:${port}`

/** The app, a service that knows nothing of authentication, and the gateway in front of both. */
async function startBehindGateway() {
  const app = await startApp()
  const account = await createAccount(app, 'editor')
  const verified: IncomingMessage[] = []
  const routes = await serveRoutes(request => {
    if (request.url === '/api/verify') verified.push(request)
  })
  const legacy = await listenAndRemember((_, response) => {
    response
      .writeHead(200, { 'Set-Cookie': '__Host-session=planted; Path=/; Secure', 'X-Own': 'yes' })
      .end('hello')
  })
  const gateway = await startGateway({ app: [placeOf(routes)], legacy: [placeOf(legacy)] })
  return { app, account, routes, verified, legacy, gateway }
}

const cookiesOf = (client: Client) =>
  [...client.jar].map(([name, value]) => `${name}=${value}`).join('; ')

/** How each mode shows who asks. */
const CREDENTIALS: Record<string, (app: TestApp) => Promise<Record<string, string>>> = {
  'a cookie session': async app => {
    const client = createClient(app)
    await client.signIn('session', 'editor@test.example')
    return { cookie: cookiesOf(client) }
  },
  'a bearer token': async app => {
    const client = createClient(app)
    await client.signIn('token', 'editor@test.example')
    return { authorization: `Bearer ${client.accessToken}` }
  },
}

test.each(Object.entries(CREDENTIALS))(
  'with %s, a service that knows nothing of auth learns who asks from the gateway alone',
  async (_, signIn) => {
    const { app, account, verified, legacy, gateway } = await startBehindGateway()
    const credential = await signIn(app)
    const answer = await ask(gateway.origin, '/legacy/report?month=1', { headers: credential })
    expect([answer.status, answer.text, answer.headers['x-own']]).toEqual([200, 'hello', 'yes'])
    expect(legacy.received).toHaveLength(1)
    expect(legacy.received[0]).toMatchObject({
      url: '/report?month=1',
      headers: {
        'x-auth-user': account.id,
        'x-auth-role': 'editor',
        'x-forwarded-for': '127.0.0.1',
      },
    })
    // The service needs no credential, and cannot lose one.
    expect(Object.keys(legacy.received[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(cookie|authorization)$/)]),
    )
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(verified).toHaveLength(1)
  },
)

test.each(Object.entries(CREDENTIALS))(
  'with %s, what a client says of itself never passes',
  async (_, signIn) => {
    const { app, account, legacy, gateway } = await startBehindGateway()
    const claimed = {
      'X-Auth-User': 'mallory',
      'X-Auth-Role': 'admin',
      x_auth_user: 'mallory',
      X_Auth_Role: 'admin',
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-User': 'mallory',
      'X-Remote-User': 'mallory',
      'X-Real-IP': '203.0.113.9',
      Forwarded: 'for=203.0.113.9',
      'X-Anything': 'mallory',
    }
    const refused = await ask(gateway.origin, '/legacy/', { headers: claimed })
    expect([refused.status, legacy.received.length]).toEqual([401, 0])
    await ask(gateway.origin, '/legacy/', { headers: { ...claimed, ...(await signIn(app)) } })
    expect(legacy.received).toHaveLength(1)
    const { headers } = legacy.received[0] ?? { headers: {} }
    expect(headers).toMatchObject({
      'x-auth-user': account.id,
      'x-auth-role': 'editor',
      'x-forwarded-for': '127.0.0.1',
    })
    expect(JSON.stringify(headers)).not.toMatch(/mallory|203\.0\.113\.9|admin/)
  },
)

test('a body goes to the service and not to /api/verify', async () => {
  const { app, verified, legacy, gateway } = await startBehindGateway()
  const headers = { ...(await CREDENTIALS['a bearer token']?.(app)), 'content-type': 'text/csv' }
  const body = 'a line of a table\n'.repeat(2_500)
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const answer = await ask(gateway.origin, '/legacy/upload', { method, headers, body })
    expect([answer.status, legacy.received.at(-1)?.method]).toEqual([200, method])
    expect(legacy.received.at(-1)).toMatchObject({ body, headers: { 'content-type': 'text/csv' } })
  }
  expect(
    verified.map(({ method, headers: sent }) => [
      method,
      sent['content-length'],
      sent['content-type'],
    ]),
  ).toEqual(Array(3).fill(['GET', undefined, undefined]))
})

test.each([
  [{}, 401, 'Session realm="authscope"', 'unauthenticated'],
  [{ 'auth-mode': 'token' }, 401, 'Bearer realm="authscope"', 'unauthenticated'],
  [
    { authorization: 'Bearer x' },
    401,
    'Bearer realm="authscope", error="invalid_token"',
    'invalid_token',
  ],
  [
    { authorization: 'Bearer a b' },
    400,
    'Bearer realm="authscope", error="invalid_request"',
    'invalid_request',
  ],
  [{ 'auth-mode': 'both' }, 400, undefined, 'bad_request'],
  [{ cookie: '__Host-session=a; __Host-session=b' }, 400, undefined, 'bad_request'],
  [{ cookie: '__Host-session=Fe26.2*x' }, 401, 'Session realm="authscope"', 'invalid_session'],
])(
  '%o is refused as the app refuses it, and the service never hears of it',
  async (headers, status, challenge, code) => {
    const { app, legacy, gateway } = await startBehindGateway()
    const answer = await ask(gateway.origin, '/legacy/', {
      headers: headers as OutgoingHttpHeaders,
    })
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([status, challenge])
    expect(JSON.parse(answer.text)).toMatchObject({ status, code })
    expectProblemHeaders(answer.headers)
    expect(legacy.received).toEqual([])
    const direct = await createClient(app).send('/api/verify', {
      headers: headers as Record<string, string>,
    })
    expect(direct.status).toBe(status)
    // Which of two contradictions it is, the gateway cannot tell; everything else is the app's own
    // answer.
    if (code !== 'bad_request') expect(JSON.parse(answer.text)).toEqual(direct.body)
  },
)

test('a sign-in that ends is over behind the gateway at the next request', async () => {
  const { app, legacy, gateway } = await startBehindGateway()
  for (const mode of ['session', 'token'] as const) {
    const client = createClient(app)
    await client.signIn(mode, 'editor@test.example')
    const headers =
      mode === 'session'
        ? { cookie: cookiesOf(client) }
        : { authorization: `Bearer ${client.accessToken}` }
    expect((await ask(gateway.origin, '/legacy/', { headers })).status).toBe(200)
    await client.send(`/api/${mode}/sign-out`, { method: 'POST' })
    expect((await ask(gateway.origin, '/legacy/', { headers })).status).toBe(401)
  }
  expect(legacy.received).toHaveLength(2)
})

test('a store that is away is 503 with when to come back, and nobody passes', async () => {
  const { app, legacy, gateway } = await startBehindGateway()
  const headers = await CREDENTIALS['a cookie session']?.(app)
  const mend = breakStore()
  const answer = await ask(gateway.origin, '/legacy/', { headers })
  expect([answer.status, answer.headers['retry-after'], JSON.parse(answer.text).code]).toEqual([
    503,
    '5',
    'unavailable',
  ])
  expectProblemHeaders(answer.headers)
  expect(answer.headers['www-authenticate']).toBeUndefined()
  mend()
  expect((await ask(gateway.origin, '/legacy/', { headers })).status).toBe(200)
  expect(legacy.received).toHaveLength(1)
})

test('an app that is gone, or answers with anything else, is 503 and lets nobody pass', async () => {
  const answers = [204, 200, 500, 404, 302, 429, 503]
  const legacy = await listenAndRemember((_, response) => response.end('hello'))
  let status = 0
  const fake = await listen(
    (_, response) => void response.writeHead(status, { 'Retry-After': '7' }).end(),
  )
  const gateway = await startGateway({ app: [placeOf(fake)], legacy: [placeOf(legacy)] })
  const seen: number[] = []
  for (status of answers) seen.push((await ask(gateway.origin, '/legacy/')).status)
  expect(seen).toEqual([200, 200, 503, 503, 503, 503, 503])
  expect((await ask(gateway.origin, '/legacy/')).headers['retry-after']).toBe('7')
  await fake.stop()
  for (const target of ['/legacy/', '/api/me']) {
    const answer = await ask(gateway.origin, target)
    expect([answer.status, answer.headers['retry-after'], JSON.parse(answer.text).code]).toEqual([
      503,
      '5',
      'unavailable',
    ])
  }
  expect(legacy.received).toHaveLength(2)
})

test('a service that is gone is 503, and its own errors are its own', async () => {
  const { app, routes } = await startBehindGateway()
  const headers = await CREDENTIALS['a bearer token']?.(app)
  let status = 0
  const legacy = await listen((_, response) => void response.writeHead(status).end('its own'))
  const gateway = await startGateway({ app: [placeOf(routes)], legacy: [placeOf(legacy)] })
  for (status of [401, 403, 404, 500]) {
    const answer = await ask(gateway.origin, '/legacy/', { headers })
    expect([answer.status, answer.text]).toEqual([status, 'its own'])
  }
  await legacy.stop()
  expect((await ask(gateway.origin, '/legacy/', { headers })).status).toBe(503)
})

test('the service cannot steer the gateway', async () => {
  const { app, routes } = await startBehindGateway()
  const headers = await CREDENTIALS['a bearer token']?.(app)
  const legacy = await listen((_, response) => {
    response.writeHead(200, { 'X-Accel-Redirect': '/gateway/verify' }).end('hello')
  })
  const gateway = await startGateway({ app: [placeOf(routes)], legacy: [placeOf(legacy)] })
  expect(await ask(gateway.origin, '/legacy/', { headers })).toMatchObject({
    status: 200,
    text: 'hello',
  })
  expect((await ask(gateway.origin, '/gateway/verify', { headers })).status).toBe(404)
})

test("another site's page cannot act on the service with a person's cookie", async () => {
  const { app, legacy, gateway } = await startBehindGateway()
  const cookie = (await CREDENTIALS['a cookie session']?.(app))?.cookie ?? ''
  const host = { host: 'app.example:8080' }
  const post = async (headers: Record<string, string>) =>
    (
      await ask(gateway.origin, '/legacy/', {
        method: 'POST',
        headers: { ...host, ...headers, cookie },
      })
    ).status
  const refused = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://app.example:8080' },
    { origin: 'null' },
    { origin: 'http://app.example' },
    { origin: 'https://app.example:8080' },
    { origin: 'http://app.example:8080.evil.example' },
    { origin: 'http://evil.example|http://app.example:8080' },
  ]
  for (const headers of refused)
    expect([headers, await post(headers as Record<string, string>)]).toEqual([headers, 403])
  expect(legacy.received).toHaveLength(0)
  const passed = [
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://app.example:8080' },
    {},
  ]
  for (const headers of passed)
    expect([headers, await post(headers as Record<string, string>)]).toEqual([headers, 200])
  const answer = await ask(gateway.origin, '/legacy/', {
    method: 'POST',
    headers: { ...host, cookie, 'sec-fetch-site': 'cross-site' },
  })
  expect(JSON.parse(answer.text)).toMatchObject({ status: 403, code: 'cross_site_request' })
  expectProblemHeaders(answer.headers)
  // Reading is harmless: a link from elsewhere may lead here.
  expect(
    (await ask(gateway.origin, '/legacy/', { headers: { cookie, 'sec-fetch-site': 'cross-site' } }))
      .status,
  ).toBe(200)
})

test('the whole of the app works through the gateway', async () => {
  const { account, gateway } = await startBehindGateway()
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
  const body = JSON.stringify({
    email: 'editor@test.example',
    password: 'correct battery of staples',
  })
  const signedIn = await ask(gateway.origin, '/api/session/sign-in', {
    method: 'POST',
    headers,
    body,
  })
  expect(signedIn.status).toBe(200)
  const cookie = (signedIn.headers['set-cookie'] ?? []).map(line => line.split(';')[0]).join('; ')
  const me = await ask(gateway.origin, '/api/me', { headers: { cookie } })
  expect(JSON.parse(me.text)).toMatchObject({ id: account.id, mode: 'session' })
  expect((await ask(gateway.origin, '/api/me')).headers['www-authenticate']).toBe(
    'Session realm="authscope"',
  )
})

test('the app gets the host and the address as they are, and none of what only a proxy or the framework may say', async () => {
  const app = await listenAndRemember((_, response) => response.end('ok'))
  const gateway = await startGateway({ app: [placeOf(app)] })
  const never = {
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Port': '1',
    'X-Forwarded-User': 'mallory',
    Forwarded: 'for=203.0.113.9;host=evil.example',
    'X-Real-IP': '203.0.113.9',
    'X-Original-URL': '/api/admin/users',
    'X-Rewrite-URL': '/api/admin/users',
    'X-Auth-User': 'mallory',
    'X-Auth-Role': 'admin',
    X_Auth_User: 'mallory',
    'Remote-User': 'mallory',
    'X-Middleware-Subrequest': 'proxy:proxy:proxy:proxy:proxy',
    'X-Middleware-Rewrite': '/admin',
    'Next-Resume': '1',
    'X-Invoke-Path': '/admin',
    'X-Matched-Path': '/admin',
    'X-Prerender-Revalidate': 'x',
  }
  const headers = {
    ...never,
    Host: 'app.example:8443',
    'X-Forwarded-For': '203.0.113.9',
    'X-Forwarded-Proto': 'https',
    Cookie: 'a=1; b=2',
    Authorization: 'Bearer x',
    'Auth-Mode': 'token',
  }
  await ask(gateway.origin, '/api/me?a=%2F', { headers })
  const received = app.received.at(-1)
  expect(received?.url).toBe('/api/me?a=%2F')
  expect(received?.headers).toMatchObject({
    host: 'app.example:8443',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    cookie: 'a=1; b=2',
    authorization: 'Bearer x',
    'auth-mode': 'token',
  })
  const names = Object.keys(received?.headers ?? {})
  expect(Object.keys(never).filter(name => names.includes(name.toLowerCase()))).toEqual([])
})

test('connections to the app are kept', async () => {
  const sockets = new Set()
  const app = await listen((request, response) => {
    sockets.add(request.socket)
    response.end('ok')
  })
  const gateway = await startGateway({ app: [placeOf(app)] })
  for (let count = 0; count < 20; count += 1) await ask(gateway.origin, '/')
  // One for each of nginx's workers, at most.
  expect(sockets.size).toBeLessThan(20)
})

test('nobody makes the app fetch an image, however the address is spelt', async () => {
  const app = await listenAndRemember((_, response) => response.end('ok'))
  const gateway = await startGateway({ app: [placeOf(app)] })
  const spellings = [
    '/_next/image?url=http%3A%2F%2F127.0.0.1%2F&w=64&q=75',
    '/_next/image/',
    '/_next%2Fimage?url=/x',
    '/%5fnext/image',
    '//_next/image',
    '/./_next/image',
    '/x/../_next/image',
    '/_next/static/../image',
  ]
  for (const target of spellings)
    expect([target, (await ask(gateway.origin, target)).status]).toEqual([target, 404])
  expect(app.received).toEqual([])
})

test('a body that is too large is turned away with 413, sized or not', async () => {
  const app = await listenAndRemember((_, response) => response.end('ok'))
  const gateway = await startGateway({ app: [placeOf(app)] })
  const body = Buffer.alloc(100_000, 'a')
  for (const headers of [{ 'content-length': body.length }, { 'transfer-encoding': 'chunked' }]) {
    const answer = await ask(gateway.origin, '/api/notes', { method: 'POST', headers, body })
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'body_too_large'])
  }
  expect(app.received).toEqual([])
})

test('events of the wire arrive one by one, while the stream is open', async () => {
  const app = await startApp()
  const routes = await serveRoutes()
  const gateway = await startGateway({ app: [placeOf(routes)] })
  const client = createClient(app)
  const headers = { cookie: cookiesOf(client), 'sec-fetch-site': 'same-origin' }
  const stream = await fetch(`${gateway.origin}/api/wire`, { headers })
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  await client.send('/api/me')
  let text = ''
  for (let count = 0; count < 50 && !text.includes('access.refused'); count += 1)
    text += (await reader?.read())?.value ?? ''
  expect(text).toContain('access.refused')
  await reader?.cancel()
})

test('several instances are one upstream: in turn, or each browser with one of them', async () => {
  const instances = await Promise.all(
    ['1', '2', '3'].map(name => listen((_, response) => void response.end(name))),
  )
  const app = instances.map(placeOf)
  const cookies = Array.from({ length: 24 }, (_, index) => `__Host-wire=channel-${index}`)
  const inTurn = await startGateway({ app })
  const seen = await Promise.all(
    cookies.map(cookie => ask(inTurn.origin, '/', { headers: { cookie } })),
  )
  expect(new Set(seen.map(answer => answer.text)).size).toBe(3)
  const sticky = await startGateway({ app, balancing: 'hash $browser consistent;' })
  for (const cookie of cookies) {
    const answers = []
    for (let count = 0; count < 4; count += 1)
      answers.push((await ask(sticky.origin, '/', { headers: { cookie: `a=b; ${cookie}` } })).text)
    expect([cookie, new Set(answers).size]).toEqual([cookie, 1])
  }
})
