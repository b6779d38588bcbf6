import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createAccount, PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf, expectSteps, namesOf } from '../../fixtures/steps.ts'

const note = { method: 'POST', body: { title: 'One', body: 'Two' } }
const OURS = 'http://localhost:3000'

// Each beside a good session cookie, as a browser would send it.
test.each([
  { site: 'same-origin', origin: '', passes: true, by: 'sec-fetch-site' },
  { site: 'none', origin: '', passes: true, by: 'sec-fetch-site' },
  { site: 'same-site', origin: '', passes: false, by: 'sec-fetch-site' },
  { site: 'cross-site', origin: '', passes: false, by: 'sec-fetch-site' },
  { site: 'cross-site', origin: OURS, passes: false, by: 'sec-fetch-site' },
  { site: 'same-origin, cross-site', origin: OURS, passes: false, by: 'sec-fetch-site' },
  { site: 'Same-Origin', origin: OURS, passes: false, by: 'sec-fetch-site' },
  { site: 'same-origin', origin: 'https://evil.example', passes: true, by: 'sec-fetch-site' },
  { site: '', origin: OURS, passes: true, by: 'origin' },
  { site: '', origin: 'null', passes: false, by: 'origin' },
  { site: '', origin: 'https://evil.example', passes: false, by: 'origin' },
  { site: '', origin: 'http://other.localhost:3000', passes: false, by: 'origin' },
  { site: '', origin: 'https://localhost:3000', passes: false, by: 'origin' },
  { site: '', origin: 'http://localhost', passes: false, by: 'origin' },
  { site: '', origin: 'http://localhost:3001', passes: false, by: 'origin' },
  { site: '', origin: 'http://localhost:3000.evil.example', passes: false, by: 'origin' },
  { site: '', origin: 'http://localhost:3000/', passes: false, by: 'origin' },
  { site: '', origin: '', passes: true, by: 'neither' },
] as const)(
  'Sec-Fetch-Site $site, Origin $origin: passes $passes, by $by',
  async ({ site, origin, passes, by }) => {
    const { app, client } = await signedIn('session', { role: 'editor' })
    const answer = await client.send('/api/notes', {
      ...note,
      headers: { 'sec-fetch-site': site, origin },
    })
    expect(answer.status).toBe(passes ? 201 : 403)
    expect(detailOf(answer.steps, 'origin.checked')).toMatchObject({ passed: passes, by })
    expect(await app.database.note.count()).toBe(passes ? 1 : 0)
    if (passes) return
    expect(answer.body.code).toBe('cross_site_request')
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expectSteps(
      answer.steps,
      `request.received mode.chosen origin.checked access.refused response.sent`,
    )
  },
)

test('behind HTTPS, the origin with https is ours', async () => {
  const { client } = await signedIn('session', { role: 'editor' })
  const headers = { 'sec-fetch-site': '', host: 'scope.example', 'x-forwarded-proto': 'https' }
  const from = (origin: string) =>
    client.send('/api/notes', { ...note, headers: { ...headers, origin } })
  expect((await from('https://scope.example')).status).toBe(201)
  expect((await from('http://scope.example')).status).toBe(403)
})

test('in token mode the origin is not asked for: no other site can make a browser send the header', async () => {
  const { client } = await signedIn('token', { role: 'editor' })
  const answer = await client.send('/api/notes', {
    ...note,
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(answer.status).toBe(201)
  expect(namesOf(answer.steps)).not.toContain('origin.checked')
})

const UNSAFE = ENDPOINTS.filter(
  ({ path, method }) => !['GET', 'HEAD'].includes(method) && !path.includes('...'),
)

test.each(UNSAFE.filter(({ mode }) => mode !== 'token'))(
  '$method $path from another site is refused in session mode, before anything else is looked at',
  async e => {
    const app = await startApp()
    const headers = {
      'sec-fetch-site': 'cross-site',
      'auth-mode': 'session',
      'content-type': 'text/plain',
    }
    const answer = await createClient(app).send(e.address, {
      method: e.method,
      rawBody: 'a=b',
      headers,
    })
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 403,
      code: 'cross_site_request',
    })
  },
)

test.each(UNSAFE.filter(endpoint => endpoint.checksOrigin))(
  '$method $path from another site is refused in token mode too, since it reads the refresh cookie',
  async ({ address, method, body }) => {
    const app = await startApp()
    await createAccount(app, 'reader', 'nobody')
    const client = createClient(app)
    await client.signIn('token', 'nobody@test.example')
    const before = await app.database.refreshFamily.findMany()
    const headers = { 'sec-fetch-site': 'same-site', 'auth-mode': 'token' }
    const answer = await client.send(address, { method, body, headers })
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 403,
      code: 'cross_site_request',
    })
    expect(answer.setCookies).toEqual([])
    expect(await app.database.refreshFamily.findMany()).toEqual(before)
  },
)

test('nobody can be signed in to an account of an attacker from another site', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const body = { email: 'reader@test.example', password: PASSWORD }
  for (const mode of ['session', 'token']) {
    const client = createClient(app)
    const headers = { 'sec-fetch-site': '', origin: 'null' }
    const answer = await client.send(`/api/${mode}/sign-in`, { method: 'POST', body, headers })
    expect(answer.status).toBe(403)
    expect([...client.jar.keys()]).toEqual([COOKIES.wire])
  }
  expect(await app.database.attempt.count()).toBe(0)
})
