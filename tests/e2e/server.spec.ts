import { once } from 'node:events'
import http from 'node:http'
import { SOAK } from './fixtures.ts'
import { expect, test } from './own-server.ts'

// The server as a process: what it refuses before the app sees it, and how it ends. Few of these
// need a page.

const problemIn = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

test('refuses methods and bodies before the app sees them, and believes nobody who says where they come from', async ({
  start,
}) => {
  const { send, raw, signIn, end } = await start()
  for (const method of ['TRACE', 'PROPFIND', 'LOCK']) {
    const answer = await send(method, '/api/me')
    expect([method, answer.status, answer.headers.allow]).toEqual([
      method,
      405,
      'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    ])
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'method_not_allowed', status: 405 })
  }
  for (const target of ['/api/notes/%', '/api/%', '/%ff'])
    expect([target, (await send('GET', target)).status]).toEqual([target, 400])
  const odd = { rsc: '1', 'next-router-state-tree': '[]' }
  for (const target of ['/nothing', '/sign-in?_rsc=1'])
    expect((await send('GET', target, odd)).status).toBeLessThan(500)
  expect((await send('GET', '/_global-error')).status).toBe(404)
  for (const target of ['/nothing.png', '/robots.txt', '/nowhere']) {
    const { status, headers } = await send('GET', target)
    expect([target, status, headers['x-content-type-options']]).toEqual([target, 404, 'nosniff'])
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  }
  expect((await send('GET', '/api/me', { host: 'evil.example' })).status).toBe(421)
  expect((await send('POST', '/sign-in', { 'next-action': 'x' })).status).toBe(405)

  // What a page's router says is nothing where there is no page, and nowhere a redirect.
  const router = { rsc: '1', 'next-router-prefetch': '1', 'next-url': '/x', 'next-action': 'x' }
  for (const target of [
    '/api/me',
    '/api/admin/users',
    '/api/nothing',
    '/openapi.json',
    '/',
    '/sign-in',
    '/nothing',
  ]) {
    const [with_, without] = [await send('GET', target, router), await send('GET', target)]
    expect([target, with_.status]).toEqual([target, without.status])
    if (target.startsWith('/api/')) expect(with_.headers['cache-control']).toBe('no-store')
  }
  const tried = await send(
    'POST',
    '/api/session/sign-in',
    { ...router, 'content-type': 'application/json' },
    ['{}'],
  )
  expect([tried.status, JSON.parse(tried.body).code]).toEqual([422, 'invalid_input'])

  // Said twice, it says nothing; a server behind another might read the other one.
  const twice = await raw(
    'GET /api/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n',
  )
  expect(twice).toMatch(/^HTTP\/1\.1 400 /)
  expect(twice).toContain('WWW-Authenticate: Bearer realm="authscope", error="invalid_request"')
  expect(problemIn(twice)).toMatchObject({ code: 'invalid_request', status: 400 })

  // What no request comes of is told as everything else is, and on a page in a sentence.
  const long = 'a'.repeat(20_000)
  for (const [said, status, code] of [
    [
      `GET /api/me HTTP/1.1\r\nHost: localhost\r\nCookie: a=${long}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['GET /api/me HTTP/1.1\r\nHost: localhost\r\nbroken header\r\n\r\n', 400, 'malformed_request'],
    ['GET /api/% HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'malformed_request'],
    ['GET /api/me HTTP/1.1\r\nHost: evil.example\r\n\r\n', 421, 'misdirected_request'],
  ] as const) {
    const answer = await raw(said)
    expect(answer).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*Content-Type: application/problem\\+json\r\n`),
    )
    expect(problemIn(answer)).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      code,
    })
  }
  const page = await raw(
    `GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: a=${long}\r\n\r\n`,
  )
  expect(page).toMatch(/^HTTP\/1\.1 431 [\s\S]*text\/plain[\s\S]*clear the cookies of this site/)

  const piece = Buffer.alloc(64 * 1024, 'a')
  const large = await send(
    'POST',
    '/api/accounts',
    { 'content-type': 'application/json' },
    Array<Buffer>(192).fill(piece),
  ).catch(() => null)
  expect(large?.status ?? 413).toBe(413)

  const cookie = await signIn()
  const devices = await send('GET', '/api/devices', {
    cookie,
    'x-forwarded-for': '203.0.113.9',
    'x-real-ip': '203.0.113.9',
    forwarded: 'for=203.0.113.9',
  })
  expect(JSON.parse(devices.body).devices[0].address).toBe('127.0.0.1')
  expect(await end()).toBe(0)
})

test('outside demo mode there is nothing of the attack, however it is spelled', async ({
  start,
}) => {
  const { send, end } = await start({ AUTHSCOPE_DEMO: '0' })
  for (const target of [
    '/injected-script.js',
    '/injected-script%2ejs',
    '/%69njected-script.js',
    '/injected%2Dscript%2Ejs',
  ])
    expect([target, (await send('GET', target)).status]).toEqual([target, 404])
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    for (const target of ['/api/replay', '/api/wire'])
      expect([method, target, (await send(method, target)).status]).toEqual([method, target, 404])
  expect(await end()).toBe(0)
})

test(
  'without a wire a page says so, and still notices that its sign-in was ended elsewhere',
  SOAK,
  async ({ start, page }) => {
    const { origin, send, signIn, end } = await start({ AUTHSCOPE_WIRE: '0' })
    const credentials = { email: 'editor@demo.example', password: 'demo: watch the wire' }
    const asked: string[] = []
    page.on('request', request => asked.push(new URL(request.url()).pathname))
    await page.goto(`${origin}/sign-in`)
    await page.getByLabel('Email').fill(credentials.email)
    await page.getByLabel('Password', { exact: true }).fill(credentials.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('heading', { name: /^Hello, / })).toBeVisible()
    await expect(page.getByText('The wire is switched off on this server')).toBeVisible()
    expect(asked).not.toContain('/api/wire')

    const elsewhere = await signIn()
    expect((await send('DELETE', '/api/devices', { cookie: elsewhere })).status).toBe(204)
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await expect(page.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible()

    // And that it is over by itself, though nobody touches the page.
    const changed = await page.evaluate(async () => {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ idleSeconds: 5 })
      return (await fetch('/api/settings', { method: 'PATCH', headers, body })).status
    })
    expect(changed).toBe(200)
    await page.goto(`${origin}/sign-in`)
    await page.getByLabel('Email').fill(credentials.email)
    await page.getByLabel('Password', { exact: true }).fill(credentials.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('heading', { name: /^Hello, / })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'This sign-in is over' })).toBeVisible()
    expect(await end()).toBe(0)
  },
)

test('says in a sentence what to do when the port is taken, or a secret is weak', async ({
  start,
}) => {
  const taken = await start({ PORT: '3210' })
  expect(await taken.ended).toBe(1)
  expect(taken.said()).toMatch(/3210.*PORT=/s)
  const weak = await start({ AUTHSCOPE_SECRET: 'short' })
  expect(await weak.ended).toBe(1)
  expect(weak.said()).toContain('AUTHSCOPE_SECRET')
})

// `tests/crash` looks at how a server ends, with more going on: `shutdown.test.ts`, `kill.test.ts`.
test(
  'ends within ten seconds of SIGTERM with event streams open, and lets a running request finish',
  SOAK,
  async ({ start }) => {
    const { origin, send, openChannel, end } = await start({
      AUTHSCOPE_TRUSTED_PROXIES: '127.0.0.1,::1',
    })
    const channel = await openChannel()
    const streams = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const request = http.get(`${origin}/api/wire`, {
          headers: { cookie: channel },
          agent: false,
        })
        const [response] = (await once(request, 'response')) as [http.IncomingMessage]
        response.resume()
        return { status: response.statusCode, over: once(response, 'close') }
      }),
    )
    expect(streams.map(stream => stream.status)).toEqual([200, 200, 200, 200, 200])
    expect((await send('GET', '/api/wire', { cookie: channel })).status).toBe(429)
    // A request that the server has begun to read when the signal comes: it has asked for the rest.
    const body = JSON.stringify({ email: 'editor@demo.example', password: 'demo: watch the wire' })
    const running = http.request(`${origin}/api/session/sign-in`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        expect: '100-continue',
      },
      agent: false,
    })
    running.flushHeaders()
    await once(running, 'continue')
    const ended = end()
    running.end(body)
    const [answer] = (await once(running, 'response')) as [http.IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
    await Promise.all(streams.map(stream => stream.over))
    expect(await ended).toBe(0)
  },
)

test(
  'loses nothing it acknowledged to kill -9, and brings nothing back',
  SOAK,
  async ({ start }) => {
    const first = await start()
    const signedOut = await first.signIn()
    const kept = await first.signIn()
    const signOut = await first.send('POST', '/api/session/sign-out', { cookie: signedOut })
    expect(signOut.status).toBe(204)
    await first.end('SIGKILL')
    const { send, end } = await start()
    expect((await send('GET', '/api/me', { cookie: kept })).status).toBe(200)
    expect((await send('GET', '/api/me', { cookie: signedOut })).status).toBe(401)
    expect(await end()).toBe(0)
  },
)
