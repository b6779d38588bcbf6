import { expect, test } from 'vitest'
import { createAccount, PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient, type Init } from '../../fixtures/client.ts'

const ORIGIN = 'https://app.example'

/** A page of another origin: the browser says so, and sends no cookies along. */
async function page(origin = ORIGIN, corsOrigins = [ORIGIN]) {
  const app = await startApp({ corsOrigins })
  await createAccount(app, 'editor')
  const client = createClient(app)
  client.jar.clear()
  const send = (path: string, init: Init = {}) =>
    client.send(path, {
      ...init,
      headers: { origin, 'sec-fetch-site': 'cross-site', 'auth-mode': 'token', ...init.headers },
    })
  const signIn = () =>
    send('/api/token/sign-in', {
      method: 'POST',
      body: { email: 'editor@test.example', password: PASSWORD },
    })
  return { app, client, send, signIn }
}

const allowed = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin')

test('a page of a configured origin signs in, reads, writes and signs out with a token, and no cookie is in it', async () => {
  const { app, client, send, signIn } = await page()
  const signedIn = await signIn()
  expect([signedIn.status, allowed(signedIn), signedIn.setCookies]).toEqual([200, ORIGIN, []])
  // Nobody could use a refresh token there, so there is none to be stolen.
  expect((await app.database.refreshFamily.findFirstOrThrow()).currentHash).toBeNull()
  client.accessToken = signedIn.body.access_token
  const note = await send('/api/notes', {
    method: 'POST',
    body: { title: 'From elsewhere', body: 'With a token' },
  })
  expect([note.status, allowed(note)]).toEqual([201, ORIGIN])
  expect((await send('/api/me')).body.email).toBe('editor@test.example')
  expect((await send('/api/token/sign-out', { method: 'POST' })).status).toBe(204)
  const refused = await send('/api/me')
  expect([refused.status, allowed(refused)]).toEqual([401, ORIGIN])
  expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
})

test('says before what a page may send, and never that it may bring cookies', async () => {
  const { send } = await page()
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  }
  const answer = await send('/api/notes', { method: 'OPTIONS', headers: preflight })
  expect([answer.status, allowed(answer)]).toEqual([204, ORIGIN])
  expect(answer.headers.get('access-control-allow-headers')).toMatch(/Authorization, Auth-Mode/)
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(answer.headers.get('vary')).toBe('Origin')
})

test.each([
  ['https://evil.example'],
  ['null'],
  ['https://app.example.evil.example'],
  ['http://app.example'],
  ['https://app.example:444'],
])('a page of %s may read nothing and sign in nobody', async origin => {
  const { send, signIn } = await page(origin)
  const answer = await signIn()
  expect([answer.status, answer.body.code, allowed(answer)]).toEqual([
    403,
    'cross_site_request',
    null,
  ])
  const preflight = { 'access-control-request-method': 'GET' }
  for (const init of [{}, { method: 'OPTIONS', headers: preflight }]) {
    const got = await send('/api/me', init)
    expect([allowed(got), got.headers.get('vary')]).toEqual([null, 'Origin'])
  }
})

test('in session mode no page of another origin may read an answer, configured or not', async () => {
  const { send } = await page()
  const body = { email: 'editor@test.example', password: PASSWORD }
  const signIn = await send('/api/session/sign-in', { method: 'POST', body })
  expect([signIn.status, allowed(signIn)]).toEqual([403, null])
  expect(allowed(await send('/api/me', { headers: { 'auth-mode': 'session' } }))).toBeNull()
})

test('a page that brings cookies all the same is refused, configured or not', async () => {
  const { app, send, signIn } = await page()
  await signIn()
  const person = createClient(app)
  await person.signIn('token', 'editor@test.example')
  const cookie = [...person.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  for (const step of ['refresh', 'sign-out', 'sign-in']) {
    const body =
      step === 'sign-in' ? { email: 'editor@test.example', password: PASSWORD } : undefined
    const answer = await send(`/api/token/${step}`, { method: 'POST', body, headers: { cookie } })
    expect([step, answer.status, answer.body.code]).toEqual([step, 403, 'cross_site_request'])
  }
  expect((await person.send('/api/token/refresh', { method: 'POST' })).status).toBe(200)
})

test('a page of another origin chooses no settings for a browser that has none yet', async () => {
  const { send } = await page()
  const answer = await send('/api/settings', {
    method: 'PATCH',
    body: { mode: 'token', revocation: 'none' },
  })
  expect([answer.status, answer.body.code, answer.setCookies]).toEqual([
    403,
    'cross_site_request',
    [],
  ])
})

test('without a configured origin nothing of it is said', async () => {
  const { send } = await page(ORIGIN, [])
  const answer = await send('/api/me')
  expect([...answer.headers.keys()].filter(name => /access-control|vary/.test(name))).toEqual([])
})

test('anybody may read the public keys', async () => {
  const { send } = await page('https://elsewhere.example')
  expect(allowed(await send('/.well-known/jwks.json'))).toBe('*')
})
