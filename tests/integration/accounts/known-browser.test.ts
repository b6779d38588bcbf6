import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { asIfDone } from '../../fixtures/attempts.ts'
import { type Client, createClient } from '../../fixtures/client.ts'

const KNOWN = '__Host-known'
const WRONG = 'not the right password'
const NEXT = 'another long one, quite new'
const emailOf = (name: string) => `${name}@test.example`

async function started() {
  const app = await startApp()
  const account = await createAccount(app, 'reader')
  const owner = createClient(app)
  expect((await owner.signIn('session', emailOf('reader'))).status).toBe(200)
  return { app, account, owner }
}

/** Locks an account the way strangers would, who make a hundred wrong guesses. */
async function lock(app: TestApp, name = 'reader') {
  const guess = () => createClient(app, '198.51.100.1').signIn('session', emailOf(name), WRONG)
  expect((await asIfDone(app, 100, guess)).status).toBe(401)
}

/**
 * Somebody at another address with the cookie that makes a browser known, and nothing else of it.
 */
function elsewhere(app: TestApp, from: Client, address = '203.0.113.7') {
  const client = createClient(app, address)
  client.jar.set(KNOWN, from.jar.get(KNOWN) ?? '')
  return client
}

const statusOf = async (client: Client, password = PASSWORD, name = 'reader') =>
  (await client.signIn('session', emailOf(name), password)).status

test('a locked account is open to a browser that signed in before, wherever it is, and to no other', async () => {
  const { app, owner } = await started()
  await lock(app)
  expect(await statusOf(owner)).toBe(200)
  expect(await statusOf(elsewhere(app, owner))).toBe(200)
  expect(await statusOf(createClient(app, '203.0.113.7'))).toBe(429)
})

test.each(MODES)(
  'in %s mode signing in sets it, sealed, for this host and this site alone, for ninety days',
  async mode => {
    const { app, account } = await started()
    const { setCookies } = await createClient(app).signIn(mode, emailOf('reader'))
    const line = setCookies.find(one => one.startsWith(`${KNOWN}=`)) ?? ''
    expect(line.split('; ').slice(1)).toEqual([
      'Path=/',
      'Max-Age=7776000',
      'HttpOnly',
      'Secure',
      'SameSite=Strict',
    ])
    expect(line).toMatch(/^__Host-known=Fe26\.2\*/)
    expect(decodeURIComponent(line)).not.toContain(account.id)
  },
)

test('a page on another origin, which gets no cookies, gets not this one either', async () => {
  const app = await startApp({ corsOrigins: ['https://app.example'] })
  await createAccount(app, 'reader')
  const client = createClient(app)
  client.jar.clear()
  const headers = { origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
  const body = { email: emailOf('reader'), password: PASSWORD }
  const answer = await client.send('/api/token/sign-in', { method: 'POST', body, headers })
  expect([answer.status, answer.setCookies]).toEqual([200, []])
})

test('guesses from a known browser count for it, ten of them, whatever the address, and for nobody else', async () => {
  const { app, owner } = await started()
  for (let index = 0; index < 10; index += 1)
    expect(await statusOf(elsewhere(app, owner, `203.0.113.${index}`), WRONG)).toBe(401)
  const refused = await elsewhere(app, owner).signIn('session', emailOf('reader'))
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
  expect(await statusOf(createClient(app, '203.0.113.0'))).toBe(200)
  app.clock.advance(900)
  expect(await statusOf(owner)).toBe(200)
})

test('signing in does not give a known browser more guesses, at one account or by another', async () => {
  const { app, owner } = await started()
  await createAccount(app, 'editor')
  for (let count = 0; count < 9; count += 1) expect(await statusOf(owner, WRONG)).toBe(401)
  expect([await statusOf(owner), await statusOf(owner, PASSWORD, 'editor')]).toEqual([200, 200])
  expect(await statusOf(owner, WRONG)).toBe(401)
  expect(await statusOf(owner)).toBe(429)
  // Two people at one browser do not lock each other out.
  expect(await statusOf(owner, PASSWORD, 'editor')).toBe(200)
})

test('it passes the limit of its address too', async () => {
  const { app, owner } = await started()
  const [, , address] = app.throttle.forSignIn(emailOf('nobody'), '192.0.2.1', null)
  const failed = {
    key: address?.key ?? '',
    failed: true,
    expiresAt: new Date(app.clock.now().getTime() + 60_000),
  }
  await app.database.attempt.createMany({
    data: Array.from({ length: 300 }, (_, index) => ({ ...failed, id: String(index) })),
  })
  expect(await statusOf(createClient(app))).toBe(429)
  expect(await statusOf(owner)).toBe(200)
})

const change = (client: Client) =>
  client.send('/api/me/password', { method: 'PUT', body: { current: PASSWORD, next: NEXT } })
const endOthers = (client: Client) => client.send('/api/devices', { method: 'DELETE' })

test.each(
  MODES.flatMap(mode => [
    { mode, act: change, name: 'a new password', password: NEXT },
    { mode, act: endOthers, name: 'the end of all others', password: PASSWORD },
  ]),
)(
  'in $mode mode $name makes every browser a stranger but the one that did it',
  async ({ mode, act, password }) => {
    const { app, owner } = await started()
    const acting = elsewhere(app, owner)
    await acting.signIn(mode, emailOf('reader'))
    const before = acting.jar.get(KNOWN)
    expect((await act(acting)).status).toBeLessThan(300)
    expect(acting.jar.get(KNOWN)).not.toBe(before)
    await lock(app)
    expect(await statusOf(owner, password)).toBe(429)
    expect(await statusOf(elsewhere(app, acting), password)).toBe(200)
  },
)

test('a sign-in at a browser that was a stranger does not make it known by ending the others', async () => {
  const { app, owner } = await started()
  const copy = createClient(app)
  copy.jar.set('__Host-session', owner.jar.get('__Host-session') ?? '')
  const answer = await endOthers(copy)
  expect([answer.status, answer.setCookies]).toEqual([204, []])
})

test('disabling makes every browser a stranger, and enabling brings none back', async () => {
  const { app, account, owner } = await started()
  const admin = createClient(app)
  await createAccount(app, 'admin')
  await admin.signIn('session', emailOf('admin'))
  for (const disabled of [true, false])
    await admin.send(`/api/admin/users/${account.id}`, { method: 'PATCH', body: { disabled } })
  await lock(app)
  expect(await statusOf(owner)).toBe(429)
})

test('what is no seal of this server makes nobody known', async () => {
  const { app, owner } = await started()
  const seal = owner.jar.get(KNOWN) ?? ''
  await lock(app)
  for (const value of [
    '',
    'x',
    `${seal}x`,
    seal.replace(/.{3}~2$/, 'AAA~2'),
    owner.jar.get('__Host-session') ?? '',
  ]) {
    owner.jar.set(KNOWN, value)
    expect([value, await statusOf(owner)]).toEqual([value, 429])
  }
})

test('one browser is known to ten accounts, the last that were used there', async () => {
  const { app, owner } = await started()
  for (let index = 0; index < 10; index += 1) {
    await createAccount(app, 'reader', `pupil-${index}`)
    expect(await statusOf(owner, PASSWORD, `pupil-${index}`)).toBe(200)
  }
  expect((owner.jar.get(KNOWN) ?? '').length).toBeLessThan(3000)
  await lock(app)
  expect(await statusOf(owner)).toBe(429)
  await lock(app, 'pupil-0')
  expect(await statusOf(owner, PASSWORD, 'pupil-0')).toBe(200)
})

test('signing out leaves it, and a second copy of it in one request is refused', async () => {
  const { app, owner } = await started()
  const before = owner.jar.get(KNOWN)
  await owner.send('/api/session/sign-out', { method: 'POST' })
  expect(owner.jar.get(KNOWN)).toBe(before)
  const headers = { cookie: `${KNOWN}=a; ${KNOWN}=b` }
  const body = { email: emailOf('reader'), password: PASSWORD }
  const answer = await createClient(app).send('/api/session/sign-in', {
    method: 'POST',
    body,
    headers,
  })
  expect([answer.status, answer.body.code]).toEqual([400, 'duplicate_cookie'])
})
