import { beforeEach, describe, expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { MODES, ROLES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp, type TestApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { guardedIn } from '../../fixtures/contract.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf } from '../../fixtures/steps.ts'

const CHALLENGE = {
  session: { missing: 'Session realm="authscope"', invalid: 'Session realm="authscope"' },
  token: {
    missing: 'Bearer realm="authscope"',
    invalid: 'Bearer realm="authscope", error="invalid_token"',
  },
}

// The handlers are called themselves: whatever stands in front of them is bypassed.
describe.each(MODES)('in %s mode', mode => {
  const other = mode === 'session' ? 'token' : 'session'
  let app: TestApp

  beforeEach(async () => {
    app = await startApp()
    for (const role of ROLES) await createAccount(app, role)
  })

  async function snapshot() {
    const { note, user, session, refreshFamily } = app.database
    return Promise.all([
      note.findMany(),
      user.findMany(),
      session.findMany(),
      refreshFamily.findMany(),
    ])
  }

  test('every guarded endpoint refuses a request without a credential', async () => {
    const before = await snapshot()
    for (const { address, method, body } of guardedIn(mode)) {
      const answer = await createClient(app).send(address, {
        method,
        body,
        headers: { 'auth-mode': mode },
      })
      expect({ address, method, status: answer.status, code: answer.body.code }).toEqual({
        address,
        method,
        status: 401,
        code: 'unauthenticated',
      })
      expect(answer.headers.get('www-authenticate')).toBe(CHALLENGE[mode].missing)
      expect(detailOf(answer.steps, 'access.refused').reason).toBe(`${mode}.missing`)
    }
    expect(await snapshot()).toEqual(before)
  })

  test("every guarded endpoint ignores the other mode's credential", async () => {
    const client = createClient(app)
    await client.signIn(other, 'admin@test.example')
    expect((await client.send('/api/me', { headers: { 'auth-mode': other } })).status).toBe(200)
    const before = await snapshot()
    for (const { address, method, body } of guardedIn(mode)) {
      const answer = await client.send(address, { method, body, headers: { 'auth-mode': mode } })
      expect({ address, method, status: answer.status }).toEqual({ address, method, status: 401 })
      expect(detailOf(answer.steps, 'access.refused').reason).toBe(`${mode}.missing`)
    }
    expect(await snapshot()).toEqual(before)
  })

  test('every guarded endpoint refuses a credential that is none', async () => {
    const headers = {
      authorization: 'Bearer bm90.YQ.dG9rZW4',
      cookie: `${COOKIES.session}=not-a-seal`,
    }
    for (const { address, method, body } of guardedIn(mode)) {
      const answer = await createClient(app).send(address, {
        method,
        body,
        headers: { ...headers, 'auth-mode': mode },
      })
      expect({ address, method, status: answer.status, code: answer.body.code }).toEqual({
        address,
        method,
        status: 401,
        code: `invalid_${mode}`,
      })
      expect(answer.headers.get('www-authenticate')).toBe(CHALLENGE[mode].invalid)
    }
  })

  test('every endpoint that needs a role refuses the one below it and does not run', async () => {
    for (const { address, method, body, least } of guardedIn(mode)) {
      const below = ROLES[ROLES.indexOf(least) - 1]
      if (!below) continue
      const client = createClient(app)
      await client.signIn(mode, `${below}@test.example`)
      const before = await snapshot()
      const answer = await client.send(address, { method, body, headers: { 'auth-mode': mode } })
      expect({ address, method, status: answer.status, code: answer.body.code }).toEqual({
        address,
        method,
        status: 403,
        code: 'insufficient_scope',
      })
      const challenge =
        mode === 'token' ? 'Bearer realm="authscope", error="insufficient_scope"' : null
      expect(answer.headers.get('www-authenticate')).toBe(challenge)
      expect(await snapshot()).toEqual(before)
    }
  })
})

test.each([
  'Bearer',
  'Bearer  ',
  'Bearer a b',
  'Bearer a, Bearer b',
  'Bearer "a"',
  'Bearer a=b',
  'bearer \u00e9',
])('refuses the malformed header %j with 400 invalid_request', async authorization => {
  const answer = await createClient(await startApp()).send('/api/me', {
    headers: { authorization },
  })
  expect(answer.status).toBe(400)
  expect(answer.body.code).toBe('invalid_request')
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer realm="authscope", error="invalid_request"',
  )
})

test.each(['Basic YTpi', 'Bearerx abc', 'DPoP abc'])(
  'takes %j for no bearer token at all',
  async authorization => {
    const answer = await createClient(await startApp()).send('/api/me', {
      headers: { authorization },
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="authscope"')
  },
)

test('takes the access token from the header alone, never from the address, the body or a cookie', async () => {
  const { app, client } = await signedIn('token', { role: 'editor' })
  const token = client.accessToken ?? ''
  const stranger = createClient(app)
  const headers = {
    'auth-mode': 'token',
    cookie: `${COOKIES.session}=${token}; access_token=${token}`,
  }
  expect((await stranger.send(`/api/me?access_token=${token}`, { headers })).status).toBe(401)
  const body = { title: 'One', body: 'Two', access_token: token }
  expect((await stranger.send('/api/notes', { method: 'POST', body, headers })).status).toBe(401)
})
