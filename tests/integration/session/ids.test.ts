import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import type { Role } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf, expectSteps, namesOf } from '../../fixtures/steps.ts'

const cookieOf = (client: Client) => client.jar.get(COOKIES.session) ?? ''

async function isDead(app: TestApp, cookie: string) {
  const answer = await createClient(app).send('/api/me', {
    headers: { cookie: `${COOKIES.session}=${cookie}` },
  })
  return answer.status === 401
}

async function started(role: Role = 'reader') {
  const { client, ...more } = await signedIn('session', { role })
  return { ...more, client, old: cookieOf(client) }
}

test.each([
  ['sign-in', (client: Client) => client.signIn('session', 'reader@test.example')],
  ['refresh', (client: Client) => client.send('/api/session/refresh', { method: 'POST' })],
  [
    'a change of password',
    (client: Client) =>
      client.send('/api/me/password', {
        method: 'PUT',
        body: { current: PASSWORD, next: 'another long one, quite new' },
      }),
  ],
] as const)('%s gives a new id, and the old one is dead', async (_, renew) => {
  const { app, client, old } = await started()
  expect((await renew(client)).status).toBeLessThan(300)
  expect(cookieOf(client)).not.toBe(old)
  expect((await client.send('/api/me')).status).toBe(200)
  expect(await isDead(app, old)).toBe(true)
  expect(await app.database.session.count()).toBe(1)
})

test('a change of role gives a new id at the next request, and the old one is dead once what was under way is answered', async () => {
  const { app, account, client, old } = await started()
  await app.accounts.change(account.id, { role: 'editor' }, app.clock.now())
  const answer = await client.send('/api/me')
  expect(answer.body.role).toBe('editor')
  expectSteps(
    answer.steps,
    `request.received mode.chosen cookie.received cookie.unsealed session.found session.renewed
     cookie.sealed cookie.set access.granted response.sent`,
  )
  expect(detailOf(answer.steps, 'session.renewed').because).toBe('role')
  app.clock.advance(10)
  expect(await isDead(app, old)).toBe(false)
  app.clock.advance(1)
  expect(await isDead(app, old)).toBe(true)
  expect((await client.send('/api/me')).setCookies).toEqual([])
})

test('whoever only asks, and passes no cookies on, does not renew the id', async () => {
  const { app, account, client, old } = await started()
  await app.accounts.change(account.id, { role: 'editor' }, app.clock.now())
  const answer = await client.send('/api/verify')
  expect([answer.status, answer.headers.get('x-auth-role'), answer.setCookies]).toEqual([
    204,
    'editor',
    [],
  ])
  app.clock.advance(60)
  expect(await isDead(app, old)).toBe(false)
})

test('a sign-out beside a refresh ends the session, whichever of the two is first', async () => {
  const { app, client, old } = await started()
  const refreshed = await client.send('/api/session/refresh', { method: 'POST' })
  expect(refreshed.status).toBe(200)
  const renewed = client.jar.get(COOKIES.session) ?? ''
  client.jar.set(COOKIES.session, old)
  expect((await client.send('/api/session/sign-out', { method: 'POST' })).status).toBe(204)
  expect(await isDead(app, renewed)).toBe(true)
})

test('a session of an account that was disabled behind its back is refused', async () => {
  const { app, account, client } = await started()
  await app.accounts.change(account.id, { disabled: true }, app.clock.now())
  for (const [target, method] of [
    ['/api/me', 'GET'],
    ['/api/session/refresh', 'POST'],
  ] as const) {
    const answer = await client.send(target, { method })
    expect([answer.status, answer.body.code, answer.setCookies]).toEqual([
      401,
      'invalid_session',
      [],
    ])
    expect(detailOf(answer.steps, 'access.refused').reason).toBe('session.account_disabled')
  }
})

test('of requests that meet a change of role at once each is answered, and one new id is given', async () => {
  const { app, account, client } = await started()
  await app.accounts.change(account.id, { role: 'editor' }, app.clock.now())
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.send('/api/me')))
  const answered = answers.filter(answer => answer.status === 200)
  expect(answered.every(answer => answer.body.role === 'editor')).toBe(true)
  expect(answers.flatMap(answer => answer.setCookies)).toHaveLength(1)
  expect((await client.send('/api/me')).status).toBe(200)
  expect(await app.database.session.count()).toBe(1)
})

test('of renewals at once one wins, and the session goes on', async () => {
  const { app, client } = await started()
  const renew = () => client.send('/api/session/refresh', { method: 'POST' })
  const answers = await Promise.all(Array.from({ length: 20 }, renew))
  expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
  expect(answers.filter(answer => answer.status === 401)).toHaveLength(19)
  expect(answers.flatMap(answer => answer.setCookies)).toHaveLength(1)
  expect((await client.send('/api/me')).status).toBe(200)
  expect(await app.database.session.count()).toBe(1)
})

test('a session that is ended while it is used is not brought back by that use', async () => {
  const { app, client } = await started()
  app.clock.advance(61)
  const other = createClient(app)
  other.jar.set(COOKIES.session, cookieOf(client))
  await Promise.all([
    ...Array.from({ length: 10 }, () => client.send('/api/me')),
    other.send('/api/session/sign-out', { method: 'POST' }),
    ...Array.from({ length: 10 }, () => client.send('/api/session/refresh', { method: 'POST' })),
  ])
  // Renewed first, the sign-out found nothing; signed out first, nothing was renewed. Either way no
  // dead id came back.
  const rows = await app.database.session.count()
  const answer = await client.send('/api/me')
  expect(answer.status).toBe(rows === 1 ? 200 : 401)
  expect(rows).toBeLessThanOrEqual(1)
})

test('an account has ten sign-ins at most: the eleventh ends the oldest', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const clients = []
  for (let count = 0; count < 11; count += 1) {
    app.clock.advance(1)
    const client = createClient(app)
    const answer = await client.signIn(count % 2 ? 'token' : 'session', 'reader@test.example')
    if (count < 10) expect(namesOf(answer.steps)).not.toContain('sign_in.trimmed')
    else expect(detailOf(answer.steps, 'sign_in.trimmed')).toEqual({ ended: 1, limit: 10 })
    clients.push(client)
  }
  const statuses = await Promise.all(
    clients.map(async client => (await client.send('/api/me')).status),
  )
  expect(statuses).toEqual([401, ...Array(10).fill(200)])
  const devices = await clients[10]?.send('/api/devices')
  expect(devices?.body.devices).toHaveLength(10)
})
