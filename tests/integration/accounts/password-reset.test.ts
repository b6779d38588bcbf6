import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { expectSteps, namesOf } from '../../fixtures/steps.ts'

const EMAIL = 'reader@test.example'
const NEXT = 'another long one, quite new'

async function started() {
  const app = await startApp()
  const account = await createAccount(app, 'reader')
  await createAccount(app, 'admin')
  const admin = createClient(app, '198.51.100.1')
  await admin.signIn('session', 'admin@test.example')
  const make = () => admin.send(`/api/admin/users/${account.id}/reset-code`, { method: 'POST' })
  return { app, account, admin, make }
}

const reset = (
  app: TestApp,
  code: string,
  { email = EMAIL, next = NEXT, address = '192.0.2.1' } = {},
) =>
  createClient(app, address).send('/api/password-reset', {
    method: 'POST',
    body: { email, code, next },
  })

const signIn = async (app: TestApp, password: string) =>
  (await createClient(app, '203.0.113.9').signIn('session', EMAIL, password)).status

test('an admin makes a code, and by it the person sets a new password', async () => {
  const { app, make } = await started()
  const made = await make()
  expect([made.status, made.body]).toEqual([
    201,
    {
      code: expect.stringMatching(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/),
      expiresAt: new Date(app.clock.now().getTime() + 900_000).toISOString(),
    },
  ])
  const answer = await reset(app, made.body.code)
  expect([answer.status, answer.setCookies, answer.body]).toEqual([204, [], null])
  expect([await signIn(app, PASSWORD), await signIn(app, NEXT)]).toEqual([401, 200])
})

test('it takes exactly these steps', async () => {
  const { app, make } = await started()
  const made = await make()
  expectSteps(made.steps.slice(-3), 'access.granted reset_code.created response.sent')
  const answer = await reset(app, made.body.code)
  expectSteps(
    answer.steps,
    `request.received mode.chosen origin.checked input.accepted attempt.counted account.looked_up
     reset_code.accepted password.hashed password.changed response.sent`,
  )
})

test('every sign-in of both kinds ends, and their browsers are told why', async () => {
  const { app, make } = await started()
  const clients: Client[] = []
  for (const mode of MODES) {
    const client = createClient(app)
    await client.signIn(mode, EMAIL)
    clients.push(client)
  }
  expect((await reset(app, (await make()).body.code)).status).toBe(204)
  for (const client of clients) {
    expect((await client.send('/api/me')).status).toBe(401)
    expect(client.notices.map(({ because }) => because)).toEqual(['password_reset'])
  }
  expect((await clients[1]?.send('/api/token/refresh', { method: 'POST' }))?.status).toBe(401)
})

test('a code works once, and a second one takes the place of the first', async () => {
  const { app, make } = await started()
  const [first, second] = [(await make()).body.code, (await make()).body.code]
  expect((await reset(app, first)).body.code).toBe('invalid_code')
  expect((await reset(app, second)).status).toBe(204)
  const again = await reset(app, second, { next: 'yet another long one, as new' })
  expect([again.status, again.body.code]).toEqual([401, 'invalid_code'])
  expect(await signIn(app, NEXT)).toBe(200)
})

test('of twenty uses at once one sets its password', async () => {
  const { app, make } = await started()
  const { code } = (await make()).body
  const uses = Array.from({ length: 20 }, (_, index) => ({
    next: `lantern ${index} over a quiet river`,
    address: `192.0.2.${index}`,
  }))
  const answers = await Promise.all(uses.map(use => reset(app, code, use)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.toSorted()).toEqual([204, ...Array(19).fill(401)])
  expect(await signIn(app, uses[statuses.indexOf(204)]?.next ?? '')).toBe(200)
})

test('it ends after a quarter of an hour, also by a clock that was set back since', async () => {
  const { app, make } = await started()
  const { code } = (await make()).body
  app.clock.advance(899)
  expect((await reset(app, code, { next: 'short' })).status).toBe(422)
  app.clock.advance(1)
  expect((await reset(app, code)).status).toBe(401)
  const other = await startApp(
    { databaseUrl: app.config.databaseUrl },
    { beside: app.clock, ahead: -3600 },
  )
  expect((await reset(other, code)).status).toBe(401)
})

test.each([
  [
    'a change of the password',
    async (owner: Client) =>
      owner.send('/api/me/password', { method: 'PUT', body: { current: PASSWORD, next: NEXT } }),
  ],
  [
    'the end of all others',
    async (owner: Client) => owner.send('/api/devices', { method: 'DELETE' }),
  ],
])('%s makes it worthless', async (_, act) => {
  const { app, make } = await started()
  const owner = createClient(app)
  await owner.signIn('session', EMAIL)
  const { code } = (await make()).body
  expect((await act(owner)).status).toBe(204)
  expect((await reset(app, code, { next: 'yet another long one, as new' })).status).toBe(401)
})

test('a wrong code, an unknown and a disabled account cannot be told apart', async () => {
  const { app, account, admin, make } = await started()
  const { code } = (await make()).body
  const wrong = await reset(app, 'aaaa-aaaa-aaaa-aaaa')
  const unknown = await reset(app, code, { email: 'nobody@test.example' })
  await admin.send(`/api/admin/users/${account.id}`, { method: 'PATCH', body: { disabled: true } })
  const disabled = await reset(app, code)
  for (const answer of [wrong, unknown, disabled]) {
    expect([answer.status, answer.body, namesOf(answer.steps)]).toEqual([
      wrong.status,
      wrong.body,
      namesOf(wrong.steps),
    ])
  }
  expect(wrong.body.code).toBe('invalid_code')
})

test('a password that is refused leaves the code as it is', async () => {
  const { app, make } = await started()
  const { code } = (await make()).body
  for (const next of ['short', 'passwordpassword', EMAIL.repeat(2)]) {
    const answer = await reset(app, code, { next })
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, 'next'])
  }
  expect((await reset(app, code)).status).toBe(204)
})

test('it may be typed as it is read: in capitals, with spaces or without anything between', async () => {
  const { app, make } = await started()
  for (const write of [
    (code: string) => code.toUpperCase(),
    (code: string) => code.replaceAll('-', ' '),
    (code: string) => ` ${code.replaceAll('-', '')} `,
  ]) {
    const { code } = (await make()).body
    expect((await reset(app, write(code))).status).toBe(204)
  }
})

test('ten guesses from an address are enough, whatever the account; the owner elsewhere is not kept out', async () => {
  const { app, make } = await started()
  const { code } = (await make()).body
  for (let count = 0; count < 10; count += 1)
    expect((await reset(app, `wrong-${count}`)).status).toBe(401)
  const refused = await reset(app, code)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
  for (let index = 0; index < 120; index += 1)
    await reset(app, 'wrong', { address: `198.51.100.${index}` })
  expect((await reset(app, code, { address: '203.0.113.1' })).status).toBe(204)
  // And it is no way to keep somebody from signing in.
  expect(await signIn(app, NEXT)).toBe(200)
})

test('only its hash is stored, and it is on no wire', async () => {
  const { app, admin, make } = await started()
  const { code } = (await make()).body
  const client = createClient(app)
  const body = { email: EMAIL, code, next: NEXT }
  await client.send('/api/password-reset', { method: 'POST', body })
  const told = JSON.stringify([admin.steps, client.steps, app.log])
  expect(told).not.toContain(code)
  expect(told).not.toContain(NEXT)
  await make()
  expect(JSON.stringify(await app.database.user.findMany())).not.toContain(
    code.replaceAll('-', '').slice(0, 8),
  )
})

test('nobody but an admin makes one, and for nobody there is none', async () => {
  const { app, account, admin } = await started()
  const reader = createClient(app)
  await reader.signIn('session', EMAIL)
  expect(
    (await reader.send(`/api/admin/users/${account.id}/reset-code`, { method: 'POST' })).status,
  ).toBe(403)
  expect((await admin.send('/api/admin/users/nobody/reset-code', { method: 'POST' })).status).toBe(
    404,
  )
})
