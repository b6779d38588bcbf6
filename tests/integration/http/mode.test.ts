import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf } from '../../fixtures/steps.ts'

const BEARER = 'Bearer bm90.YQ.dG9rZW4'

// The first rule that says something decides.
test.each([
  {
    header: 'session',
    settings: 'token',
    authorization: BEARER,
    mode: 'session',
    because: 'header',
  },
  { header: 'token', settings: 'session', authorization: '', mode: 'token', because: 'header' },
  { header: '', settings: 'session', authorization: BEARER, mode: 'session', because: 'settings' },
  { header: '', settings: 'token', authorization: '', mode: 'token', because: 'settings' },
  { header: '', settings: null, authorization: BEARER, mode: 'token', because: 'authorization' },
  {
    header: '',
    settings: null,
    authorization: 'Basic YTpi',
    mode: 'token',
    because: 'authorization',
  },
  { header: '', settings: null, authorization: '', mode: 'session', because: 'default' },
] as const)(
  'Auth-Mode $header, settings $settings, Authorization $authorization: $mode, because of the $because',
  async row => {
    const client = createClient(await startApp())
    if (row.settings) await client.configure({ mode: row.settings })
    const headers = { 'auth-mode': row.header, authorization: row.authorization }
    const answer = await client.send('/api/me', { headers })
    expect(detailOf(answer.steps, 'mode.chosen')).toEqual({ mode: row.mode, because: row.because })
    expect(answer.steps[1]?.name).toBe('mode.chosen')
    expect(answer.headers.get('www-authenticate')).toMatch(
      row.mode === 'session' ? /^Session / : /^Bearer /,
    )
  },
)

test.each(['Session', 'TOKEN', 'both', 'session,token', 'session, token', '__proto__'])(
  'refuses the mode %j everywhere',
  async mode => {
    const app = await startApp()
    for (const { path, address, method, body } of ENDPOINTS) {
      if (path === '/api/wire') continue
      const answer = await createClient(app).send(address, {
        method,
        body,
        headers: { 'auth-mode': mode },
      })
      expect({ path, method, status: answer.status, code: answer.body.code }).toEqual({
        path,
        method,
        status: 400,
        code: 'invalid_mode',
      })
    }
  },
)

test('the routes of one mode belong to it, whatever is asked for', async () => {
  const client = createClient(await startApp())
  await client.configure({ mode: 'token' })
  const session = await client.send('/api/session/refresh', {
    method: 'POST',
    headers: { 'auth-mode': 'token' },
  })
  expect(detailOf(session.steps, 'mode.chosen')).toEqual({ mode: 'session', because: 'route' })
  const token = await client.send('/api/token/refresh', {
    method: 'POST',
    headers: { 'auth-mode': 'session' },
  })
  expect(detailOf(token.steps, 'mode.chosen')).toEqual({ mode: 'token', because: 'route' })
})

test('a bogus Authorization header beside a good cookie is no way in, and no way around', async () => {
  const { app, client } = await signedIn('session', { role: 'editor' })
  const headers = { authorization: BEARER }
  expect((await client.send('/api/me', { headers })).status).toBe(401)
  const write = { method: 'POST', body: { title: 'One', body: 'Two' } }
  const crossSite = await client.send('/api/notes', {
    ...write,
    headers: { ...headers, 'sec-fetch-site': 'cross-site' },
  })
  expect(crossSite.status).toBe(401)
  expect(await app.database.note.count()).toBe(0)
})

test('a bogus settings cookie does not turn a session into a token', async () => {
  const { client } = await signedIn('session', { role: 'editor' })
  client.jar.set(COOKIES.settings, 'not-a-seal')
  const answer = await client.send('/api/me', { headers: { authorization: BEARER } })
  expect(detailOf(answer.steps, 'mode.chosen')).toEqual({ mode: 'session', because: 'settings' })
  expect(answer.status).toBe(200)
})
