import { expect, onTestFinished, test, vi } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createChannelId, pairingCodeOf } from '../../../lib/wire/channel-id.ts'
import * as redaction from '../../../lib/wire/redaction.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf, expectSteps } from '../../fixtures/steps.ts'

test('steps go to the browser that caused them, and to no other', async () => {
  const app = await startApp()
  const [one, two] = [createClient(app), createClient(app)]
  await one.send('/api/me')
  expect(one.steps.length).toBeGreaterThan(0)
  expect(two.steps).toEqual([])
  const before = one.steps.length
  await two.send('/api/me')
  expect(one.steps).toHaveLength(before)
  expect(two.steps.length).toBeGreaterThan(0)
})

test('a terminal joins with the pairing code, and appears in the browser that shows it', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const browser = createClient(app)
  const terminal = createClient(app)
  const headers = { 'wire-channel': browser.pairingCode, cookie: '', 'sec-fetch-site': '' }
  await terminal.send('/api/health/live', { headers })
  expect(terminal.steps).toEqual([])
  expectSteps(browser.steps, 'request.received mode.chosen response.sent')
  expect(detailOf(browser.steps, 'request.received').headers).toContainEqual([
    'wire-channel',
    browser.pairingCode,
  ])
})

test('the pairing code lets one be seen, not watch: it is no channel, and leads to none', async () => {
  const app = await startApp()
  const browser = createClient(app)
  const spy = createClient(app)
  spy.jar.set(COOKIES.wire, browser.pairingCode)
  await browser.send('/api/me')
  expect((await spy.deliver('/api/wire')).status).toBe(401)
  expect(spy.steps).toEqual([])
  expect(browser.pairingCode).toMatch(/^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$/)
  expect(pairingCodeOf(createChannelId(app.passwordsFor.wire))).not.toBe(browser.pairingCode)
})

test.each([
  'x',
  'aaaa-aaaa',
  'AAAA-AAAA-AAAA',
  'aaaa-aaaa-aaa1',
  'aaaa-aaaa-aaaa-aaaa',
  ' aaaa-aaaa-aaaa, x',
  '__proto__',
])('refuses the pairing code %j everywhere, and tells nobody', async code => {
  const app = await startApp()
  const browser = createClient(app)
  for (const { path, address, method, body } of ENDPOINTS) {
    if (path === '/api/wire') continue
    const answer = await browser.send(address, { method, body, headers: { 'wire-channel': code } })
    expect({ path, method, status: answer.status, code: answer.body.code }).toEqual({
      path,
      method,
      status: 400,
      code: 'invalid_wire_channel',
    })
  }
  expect(browser.steps).toEqual([])
})

test('a pairing code that nobody shows is fine, and costs nothing', async () => {
  const app = await startApp()
  const terminal = createClient(app)
  const before = app.bus.counts()
  const answer = await terminal.send('/api/health/live', {
    headers: { 'wire-channel': 'aaaa-bbbb-cccc' },
  })
  expect(answer.status).toBe(200)
  expect(app.bus.counts()).toEqual(before)
})

test('where nobody watches nothing is worked out to be shown', async () => {
  const { client } = await signedIn('session')
  const spies = [vi.spyOn(redaction, 'redactHeaders'), vi.spyOn(redaction, 'fingerprint')]
  onTestFinished(() => void spies.map(spy => spy.mockRestore()))
  await client.send('/api/verify')
  for (const spy of spies) expect(spy).toHaveBeenCalled()
  client.jar.delete(COOKIES.wire)
  for (const spy of spies) spy.mockClear()
  expect((await client.send('/api/verify')).status).toBe(204)
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

test('a browser is told when its sign-in is ended from elsewhere, and its terminal does not change whose it is', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  await createAccount(app, 'editor')
  const browser = createClient(app)
  await browser.signIn('session', 'reader@test.example')
  await browser.send('/api/me')
  const terminal = createClient(app)
  await terminal.signIn('session', 'editor@test.example')
  await terminal.send('/api/me', { headers: { 'wire-channel': browser.pairingCode } })

  const owner = createClient(app)
  await owner.signIn('session', 'reader@test.example')
  await owner.send('/api/devices', { method: 'DELETE' })
  expect(browser.notices).toEqual([{ mode: 'session', because: 'ended_by_owner' }])
  expect(terminal.notices).toEqual([])
  expect(owner.notices).toEqual([])
})

test('disabling an account closes the streams of its browsers, and of no others', async () => {
  const app = await startApp()
  const reader = await createAccount(app, 'reader')
  await createAccount(app, 'admin')
  const [victim, admin] = [createClient(app), createClient(app)]
  await victim.signIn('token', 'reader@test.example')
  await admin.signIn('session', 'admin@test.example')
  await admin.send(`/api/admin/users/${reader.id}`, { method: 'PATCH', body: { disabled: true } })
  expect([victim.isClosed(), admin.isClosed()]).toEqual([true, false])
  expect(victim.notices).toEqual([{ mode: 'token', because: 'account_disabled' }])
})
