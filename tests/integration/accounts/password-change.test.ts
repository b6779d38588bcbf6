import { expect, onTestFinished, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { namesOf } from '../../fixtures/steps.ts'

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

const password = (app: TestApp, value: string) =>
  createClient(app, '198.51.100.9').signIn('session', 'reader@test.example', value)

test('in session mode it takes exactly these steps', async () => {
  const { signIn } = await started()
  const answer = await change(await signIn('session'))
  expect(answer.status).toBe(204)
  const known = ['cookie.received', 'cookie.unsealed', 'session.found']
  expect(namesOf(answer.steps)).toEqual([
    ...['request.received', 'mode.chosen', 'origin.checked'],
    ...known,
    ...['access.granted', 'input.accepted', 'attempt.counted', 'password.verified'],
    ...['password.hashed', 'password.changed'],
    ...known,
    ...['session.renewed', 'cookie.sealed', 'cookie.set', 'response.sent'],
  ])
})

test('in token mode it takes exactly these steps', async () => {
  const { signIn } = await started()
  const answer = await change(await signIn('token'))
  expect(answer.status).toBe(204)
  expect(namesOf(answer.steps)).toEqual([
    ...['request.received', 'mode.chosen', 'origin.checked', 'header.received', 'token.verified', 'revocation.checked'],
    ...['access.granted', 'input.accepted', 'attempt.counted', 'password.verified', 'password.hashed'],
    ...['password.changed', 'refresh.received', 'refresh.rotated', 'cookie.set', 'response.sent'],
  ])
})

test('in token mode a copy of the refresh cookie is worth nothing afterwards', async () => {
  const { signIn } = await started()
  const client = await signIn('token')
  const copy = client.jar.get('__Host-refresh') ?? ''
  expect((await change(client)).status).toBe(204)
  expect(client.jar.get('__Host-refresh')).not.toBe(copy)
  expect((await client.send('/api/token/refresh', { method: 'POST' })).status).toBe(200)
  client.jar.set('__Host-refresh', copy)
  expect((await client.send('/api/token/refresh', { method: 'POST' })).status).toBe(401)
})

test.each(MODES)('%s: every other sign-in of the account ends, and this one goes on', async mode => {
  const { app, signIn } = await started()
  await createAccount(app, 'editor')
  const mine = await signIn(mode)
  const others = [await signIn('session'), await signIn('token'), await signIn('session')]
  const stranger = createClient(app)
  await stranger.signIn('session', 'editor@test.example')

  expect((await change(mine)).status).toBe(204)
  expect((await mine.send('/api/me')).status).toBe(200)
  for (const other of others) expect((await other.send('/api/me')).status).toBe(401)
  expect((await others[1]?.send('/api/token/refresh', { method: 'POST' }))?.status).toBe(401)
  expect((await stranger.send('/api/me')).status).toBe(200)
  expect((await password(app, PASSWORD)).status).toBe(401)
  expect((await password(app, NEXT)).status).toBe(200)
  expect(app.log.join('')).toContain('"event":"password.changed"')
})

test.each(MODES)('%s: a wrong current password changes nothing and is counted', async mode => {
  const { app, signIn } = await started()
  const mine = await signIn(mode)
  const other = await signIn('session')
  for (let count = 0; count < 10; count += 1) {
    const answer = await change(mine, 'not the right password')
    expect([answer.status, answer.body.errors[0].path, answer.body.errors[0].code]).toEqual([422, 'current', 'wrong'])
  }
  const refused = await change(mine)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
  expect((await other.send('/api/me')).status).toBe(200)
  app.clock.advance(900)
  expect((await password(app, PASSWORD)).status).toBe(200)
  expect(app.log.join('')).toContain('"event":"throttled"')
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
  const answers = await Promise.all([change(first), change(second, PASSWORD, 'yet another long one, as new')])
  const [made, refused] = answers.map(answer => answer.status).sort()
  expect(made).toBe(204)
  // Its session was ended by the other, or its current password is not that any more.
  expect([401, 422]).toContain(refused)
  const works = [(await password(app, NEXT)).status, (await password(app, 'yet another long one, as new')).status]
  expect(works.sort()).toEqual([200, 401])
})

/** Does something in the moment in which a right password has been looked at and nothing has been answered yet. */
function whileLookedAt(app: TestApp, meanwhile: () => Promise<unknown>) {
  const { verify } = app.passwords
  const spy = vi.spyOn(app.passwords, 'verify').mockImplementationOnce(async (...args) => {
    const matches = await verify(...args)
    await meanwhile()
    return matches
  })
  onTestFinished(() => spy.mockRestore())
}

test.each(MODES)('%s: a sign-in with the old password that was under way does not survive the change', async mode => {
  const { app, signIn } = await started()
  const owner = await signIn('session')
  const thief = createClient(app)
  whileLookedAt(app, () => change(owner))
  expect((await thief.signIn(mode, 'reader@test.example')).status).toBe(401)
  expect((await thief.send('/api/me', { headers: { 'auth-mode': mode } })).status).toBe(401)
  expect((await owner.send('/api/devices')).body.devices).toHaveLength(1)
})

test.each(MODES)(
  '%s: a sign-in that was under way while the account was disabled is not there when it is enabled again',
  async mode => {
    const { app, account } = await started()
    const client = createClient(app)
    const set = (disabled: boolean) => app.accounts.change(account.id, { disabled }, app.clock.now())
    whileLookedAt(app, () => set(true))
    expect((await client.signIn(mode, 'reader@test.example')).status).toBe(401)
    await set(false)
    expect((await client.send('/api/me', { headers: { 'auth-mode': mode } })).status).toBe(401)
  },
)

test.each(MODES)('%s: a sign-in that was under way while the role was taken away does not have it', async mode => {
  const { app } = await started()
  const admin = await createAccount(app, 'admin')
  await createAccount(app, 'admin', 'other')
  const client = createClient(app)
  whileLookedAt(app, async () => {
    const root = createClient(app)
    await root.signIn('session', 'other@test.example')
    expect(
      (await root.send(`/api/admin/users/${admin.id}`, { method: 'PATCH', body: { role: 'reader' } })).status,
    ).toBe(200)
  })
  await client.signIn(mode, 'admin@test.example')
  const answer = await client.send('/api/admin/users', { headers: { 'auth-mode': mode } })
  expect(answer.status).toBe(403)
})
