import { expect, onTestFinished, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { expectSteps } from '../../fixtures/steps.ts'

const NEXT = 'another long one, quite new'

async function started() {
  const app = await startApp()
  const account = await createAccount(app, 'reader')
  const signIn = async (mode: 'session' | 'token') => {
    const client = createClient(app)
    await client.signIn(mode, 'reader@test.example')
    return client
  }
  return { app, account, signIn }
}

const change = (client: Client, current = PASSWORD, next = NEXT) =>
  client.send('/api/me/password', { method: 'PUT', body: { current, next } })

const hashOf = async (app: TestApp, id: string) =>
  (await app.accounts.credentials({ id }))?.passwordHash

const password = (app: TestApp, value: string) =>
  createClient(app, '198.51.100.9').signIn('session', 'reader@test.example', value)

test('in session mode it takes exactly these steps', async () => {
  const { signIn } = await started()
  const answer = await change(await signIn('session'))
  expect(answer.status).toBe(204)
  expectSteps(
    answer.steps,
    `request.received mode.chosen origin.checked cookie.received cookie.unsealed session.found
     access.granted input.accepted attempt.counted password.verified password.hashed
     password.changed session.renewed cookie.sealed cookie.set cookie.set response.sent`,
  )
})

test('in token mode it takes exactly these steps', async () => {
  const { signIn } = await started()
  const answer = await change(await signIn('token'))
  expect(answer.status).toBe(200)
  expectSteps(
    answer.steps,
    `request.received mode.chosen origin.checked header.received token.verified revocation.checked
     access.granted input.accepted attempt.counted password.verified password.hashed
     password.changed refresh.rotated cookie.sealed cookie.set token.signed cookie.set response.sent`,
  )
})

test('in token mode the answer is that of a refresh, and every older access token of the account is dead', async () => {
  const { account, signIn } = await started()
  const client = await signIn('token')
  const older = [client.accessToken]
  client.accessToken = (
    await client.send('/api/token/refresh', { method: 'POST' })
  ).body.access_token
  older.push(client.accessToken)
  const { status, body } = await change(client)
  const { id, email, name, role } = account
  expect([status, body]).toEqual([
    200,
    {
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      user: { id, email, name, role },
    },
  ])
  for (const [token, expected] of [
    ...older.map(token => [token, 401]),
    [body.access_token, 200],
  ] as const) {
    client.accessToken = token
    expect((await client.send('/api/me')).status).toBe(expected)
  }
})

test('in token mode who has no refresh cookie goes on with the token from the answer', async () => {
  const { signIn, app } = await started()
  const client = createClient(app)
  await client.configure({ mode: 'token', refresh: false })
  await client.signIn('token', 'reader@test.example')
  const copy = await signIn('token')
  copy.accessToken = client.accessToken
  app.clock.advance(100)
  const { status, body, setCookies } = await change(client)
  // No longer than the sign-in was to last.
  expect([status, body.expires_in]).toEqual([200, 200])
  expect(setCookies.join()).not.toContain('__Host-refresh')
  client.accessToken = body.access_token
  expect((await client.send('/api/me')).status).toBe(200)
  expect((await copy.send('/api/me')).status).toBe(401)
})

test.each(['the copy', 'the owner'])(
  'in token mode a copy of the refresh cookie is worth nothing afterwards, %s first',
  async first => {
    const { app, signIn } = await started()
    const client = await signIn('token')
    const copy = createClient(app)
    copy.jar.set('__Host-refresh', client.jar.get('__Host-refresh') ?? '')
    expect((await change(client)).status).toBe(200)
    expect(client.jar.get('__Host-refresh')).not.toBe(copy.jar.get('__Host-refresh'))
    const refresh = (one: Client) => one.send('/api/token/refresh', { method: 'POST' })
    if (first === 'the owner') expect((await refresh(client)).status).toBe(200)
    const refused = await refresh(copy)
    expect([refused.status, refused.setCookies]).toEqual([401, []])
    const ended = await app.database.refreshFamily.findFirstOrThrow()
    // Before the owner's next refresh nothing tells a thief from a tab of the owner's that was
    // late: no theft is booked.
    expect(ended.endReason).toBe(first === 'the copy' ? 'password_changed' : 'refresh_reused')
    if (first === 'the copy') expect(refused.body.code).toBe('invalid_refresh')
    expect((await refresh(client)).status).toBe(401)
  },
)

test('a refresh that a change of password overtakes brings nothing that is good', async () => {
  const { app, signIn } = await started()
  const client = await signIn('token')
  const copy = createClient(app)
  copy.jar.set('__Host-refresh', client.jar.get('__Host-refresh') ?? '')
  const { rotate } = app.tokens
  Object.assign(app.tokens, {
    async rotate(...args: Parameters<typeof rotate>) {
      Object.assign(app.tokens, { rotate })
      const rotated = await rotate(...args)
      expect((await change(client)).status).toBe(200)
      return rotated
    },
  })
  const answer = await copy.send('/api/token/refresh', { method: 'POST' })
  copy.accessToken = answer.body.access_token ?? null
  expect((await copy.send('/api/me', { headers: { 'auth-mode': 'token' } })).status).toBe(401)
  // What came of the old refresh token is the one from before the change: nobody can say whose.
  expect((await copy.send('/api/token/refresh', { method: 'POST' })).status).toBe(401)
})

test('an exchange that a change of password overtakes brings nothing that is good here', async () => {
  const { app, signIn } = await started()
  const client = await signIn('token')
  const copy = createClient(app)
  copy.accessToken = client.accessToken
  const { signingKey } = app.keys
  Object.assign(app.keys, {
    async signingKey(...args: Parameters<typeof signingKey>) {
      Object.assign(app.keys, { signingKey })
      expect((await change(client)).status).toBe(200)
      return signingKey(...args)
    },
  })
  const body = { audience: 'authscope-reports' }
  const { access_token } = (await copy.send('/api/token/exchange', { method: 'POST', body })).body
  const account = await app.database.user.findFirstOrThrow()
  expect(JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString()).ver).not.toBe(
    account.tokenVersion,
  )
})

test.each(MODES)(
  '%s: a sign-in that was ended by itself while it acted changes nothing',
  async mode => {
    const { app, signIn } = await started()
    const [thief, owner] = [await signIn(mode), await signIn('session')]
    const { devices } = (await thief.send('/api/devices')).body
    const { id } = devices.find((device: { current: boolean }) => device.current)
    whileLookedAt(app, () => owner.send(`/api/devices/${id}`, { method: 'DELETE' }))
    expect((await change(thief)).status).toBe(401)
    expect((await owner.send('/api/me')).status).toBe(200)
    expect((await password(app, PASSWORD)).status).toBe(200)
  },
)

test('a change by a sign-in that was ended while its password was looked at is refused, and ends nothing', async () => {
  for (const mode of MODES) {
    const { app, account, signIn } = await started()
    const [client, other] = [await signIn(mode), await signIn('session')]
    whileLookedAt(app, () => other.send('/api/devices', { method: 'DELETE' }))
    const answer = await change(client)
    expect([mode, answer.status]).toEqual([mode, 401])
    expect((await other.send('/api/me')).status).toBe(200)
    expect((await client.send('/api/me')).status).toBe(401)
    expect((await app.passwords.verify(PASSWORD, (await hashOf(app, account.id)) ?? null)).ok).toBe(
      true,
    )
    expect((await password(app, PASSWORD)).status).toBe(200)
  }
})

test('where the session was renewed under the change, by whom nobody knows, it ends for both', async () => {
  const { app, signIn } = await started()
  const client = await signIn('session')
  const copy = createClient(app)
  copy.jar.set('__Host-session', client.jar.get('__Host-session') ?? '')
  const { setPasswordHash } = app.accounts
  Object.assign(app.accounts, {
    setPasswordHash: async (...args: Parameters<typeof setPasswordHash>) => {
      const changed = await setPasswordHash(...args)
      expect((await copy.send('/api/session/refresh', { method: 'POST' })).status).toBe(200)
      return changed
    },
  })
  expect((await change(client)).status).toBe(204)
  for (const one of [client, copy]) expect((await one.send('/api/me')).status).toBe(401)
})

test.each(MODES)(
  '%s: every other sign-in of the account ends, and this one goes on',
  async mode => {
    const { app, signIn } = await started()
    await createAccount(app, 'editor')
    const mine = await signIn(mode)
    const others = [await signIn('session'), await signIn('token'), await signIn('session')]
    const stranger = createClient(app)
    await stranger.signIn('session', 'editor@test.example')

    const answer = await change(mine)
    expect(answer.status).toBe(mode === 'token' ? 200 : 204)
    if (mode === 'token') mine.accessToken = answer.body.access_token
    expect((await mine.send('/api/me')).status).toBe(200)
    for (const other of others) expect((await other.send('/api/me')).status).toBe(401)
    expect((await others[1]?.send('/api/token/refresh', { method: 'POST' }))?.status).toBe(401)
    expect((await stranger.send('/api/me')).status).toBe(200)
    expect((await password(app, PASSWORD)).status).toBe(401)
    expect((await password(app, NEXT)).status).toBe(200)
    expect(app.log.join('')).toContain('"event":"password.changed"')
  },
)

test.each(MODES)('%s: a wrong current password changes nothing and is counted', async mode => {
  const { app, signIn } = await started()
  const mine = await signIn(mode)
  const other = await signIn('session')
  for (let count = 0; count < 10; count += 1) {
    const answer = await change(mine, 'not the right password')
    expect([answer.status, answer.body.errors[0].path, answer.body.errors[0].code]).toEqual([
      422,
      'current',
      'wrong',
    ])
  }
  const refused = await change(mine)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
  expect((await other.send('/api/me')).status).toBe(200)
  app.clock.advance(900)
  expect((await password(app, PASSWORD)).status).toBe(200)
  expect(app.log.join('')).toContain('"event":"throttled"')
})

test('strangers who guess do not keep the owner from changing the password', async () => {
  const { app, signIn } = await started()
  const mine = await signIn('session')
  for (let count = 0; count < 10; count += 1)
    expect((await password(app, 'not the right password')).status).toBe(401)
  expect((await password(app, PASSWORD)).status).toBe(429)
  expect((await change(mine)).status).toBe(204)
})

test('wrong current passwords count per sign-in, and not as failed sign-ins', async () => {
  const { app, signIn } = await started()
  const [mine, other] = [await signIn('session'), await signIn('token')]
  for (let count = 0; count < 10; count += 1)
    expect((await change(mine, 'not the right one')).status).toBe(422)
  expect((await change(mine)).status).toBe(429)
  expect((await createClient(app).signIn('session', 'reader@test.example')).status).toBe(200)
  expect((await change(other)).status).toBe(200)
})

test.each(['short', 'passwordpassword', 'authscope session token'])(
  'the next password is held to the rules: %s',
  async next => {
    const { app, signIn } = await started()
    const answer = await change(await signIn('session'), PASSWORD, next)
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0].path).toBe('next')
    expect((await password(app, PASSWORD)).status).toBe(200)
  },
)

test('of two changes at once one is made', async () => {
  const { app, signIn } = await started()
  const [first, second] = [await signIn('session'), await signIn('session')]
  const answers = await Promise.all([
    change(first),
    change(second, PASSWORD, 'yet another long one, as new'),
  ])
  const [made, refused] = answers.map(answer => answer.status).sort()
  expect(made).toBe(204)
  // Its session was ended by the other, or its current password is not that any more.
  expect([401, 422]).toContain(refused)
  const works = [
    (await password(app, NEXT)).status,
    (await password(app, 'yet another long one, as new')).status,
  ]
  expect(works.sort()).toEqual([200, 401])
})

/**
 * Does something in the moment in which a right password has been looked at and nothing has been
 * answered yet.
 */
function whileLookedAt(app: TestApp, meanwhile: () => Promise<unknown>) {
  const { verify } = app.passwords
  const spy = vi.spyOn(app.passwords, 'verify').mockImplementationOnce(async (...args) => {
    const matches = await verify(...args)
    await meanwhile()
    return matches
  })
  onTestFinished(() => spy.mockRestore())
}

test.each(MODES)(
  '%s: a sign-in with the old password that was under way does not survive the change',
  async mode => {
    const { app, signIn } = await started()
    const owner = await signIn('session')
    const thief = createClient(app)
    whileLookedAt(app, () => change(owner))
    expect((await thief.signIn(mode, 'reader@test.example')).status).toBe(401)
    expect((await thief.send('/api/me', { headers: { 'auth-mode': mode } })).status).toBe(401)
    expect((await owner.send('/api/devices')).body.devices).toHaveLength(1)
  },
)

test.each(MODES)(
  '%s: a sign-in that was under way while the account was disabled is not there when it is enabled again',
  async mode => {
    const { app, account } = await started()
    const client = createClient(app)
    const set = (disabled: boolean) =>
      app.accounts.change(account.id, { disabled }, app.clock.now())
    whileLookedAt(app, () => set(true))
    expect((await client.signIn(mode, 'reader@test.example')).status).toBe(401)
    await set(false)
    expect((await client.send('/api/me', { headers: { 'auth-mode': mode } })).status).toBe(401)
  },
)

test.each(MODES)(
  '%s: a sign-in that was under way while the role was taken away does not have it',
  async mode => {
    const { app } = await started()
    const admin = await createAccount(app, 'admin')
    await createAccount(app, 'admin', 'other')
    const client = createClient(app)
    whileLookedAt(app, async () => {
      const root = createClient(app)
      await root.signIn('session', 'other@test.example')
      expect(
        (
          await root.send(`/api/admin/users/${admin.id}`, {
            method: 'PATCH',
            body: { role: 'reader' },
          })
        ).status,
      ).toBe(200)
    })
    await client.signIn(mode, 'admin@test.example')
    const answer = await client.send('/api/admin/users', { headers: { 'auth-mode': mode } })
    expect(answer.status).toBe(403)
  },
)
