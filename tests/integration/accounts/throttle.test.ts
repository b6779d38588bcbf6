import { expect, onTestFinished, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { namesOf } from '../../fixtures/steps.ts'

const EMAIL = 'reader@test.example'
const WRONG = 'not the right password'

async function started() {
  const app = await startApp()
  await createAccount(app, 'reader')
  return app
}

const guess = (app: TestApp, password: string, { email = EMAIL, address = '192.0.2.1', mode = 'session' } = {}) =>
  createClient(app, address).signIn(mode as 'session', email, password)

/** Watches the one place that looks at passwords. */
function watchVerify(app: TestApp) {
  const spy = vi.spyOn(app.passwords, 'verify')
  onTestFinished(() => spy.mockRestore())
  return spy
}

async function fail(app: TestApp, times: number, of: Parameters<typeof guess>[2] = {}) {
  for (let count = 0; count < times; count += 1) expect((await guess(app, WRONG, of)).status).toBe(401)
}

test.each(MODES)('%s: after ten failures right and wrong passwords are refused alike, unseen', async mode => {
  const app = await started()
  await fail(app, 10, { mode })
  const seen = watchVerify(app)
  const [wrong, right] = [await guess(app, WRONG, { mode }), await guess(app, PASSWORD, { mode })]
  for (const answer of [wrong, right]) {
    expect([answer.status, answer.body.code]).toEqual([429, 'too_many_attempts'])
    expect(answer.headers.get('retry-after')).toBe('900')
    expect(answer.setCookies).toEqual([])
    expect(namesOf(answer.steps)).toEqual([
      'request.received',
      'mode.chosen',
      'origin.checked',
      'input.accepted',
      'attempt.counted',
      'access.refused',
      'response.sent',
    ])
  }
  expect(seen).not.toHaveBeenCalled()
})

test('of a hundred parallel guesses at most ten are looked at', async () => {
  const app = await started()
  const seen = watchVerify(app)
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      guess(app, index === 99 ? PASSWORD : WRONG, { address: `192.0.2.${index}` }),
    ),
  )
  expect(seen.mock.calls.length).toBeLessThanOrEqual(10)
  expect(answers.filter(answer => answer.status === 429)).toHaveLength(90)
})

test('both modes count together', async () => {
  const app = await started()
  await fail(app, 5, { mode: 'session' })
  await fail(app, 5, { mode: 'token' })
  expect((await guess(app, PASSWORD)).status).toBe(429)
})

test('Retry-After says how long, and after that it works again', async () => {
  const app = await started()
  await fail(app, 10)
  app.clock.advance(600)
  expect((await guess(app, PASSWORD)).headers.get('retry-after')).toBe('300')
  app.clock.advance(299)
  expect((await guess(app, PASSWORD)).headers.get('retry-after')).toBe('1')
  app.clock.advance(1)
  expect((await guess(app, PASSWORD)).status).toBe(200)
})

test('trying on does not make the wait longer', async () => {
  const app = await started()
  await fail(app, 10)
  for (let minute = 0; minute < 14; minute += 1) {
    app.clock.advance(60)
    expect((await guess(app, WRONG)).status).toBe(429)
  }
  app.clock.advance(60)
  expect((await guess(app, PASSWORD)).status).toBe(200)
})

test('a right password is not counted, and takes nothing off what others have failed', async () => {
  const app = await started()
  await fail(app, 9)
  for (let count = 0; count < 3; count += 1) expect((await guess(app, PASSWORD)).status).toBe(200)
  await fail(app, 1)
  expect((await guess(app, PASSWORD)).status).toBe(429)
})

test('an account that does not exist is counted as any other', async () => {
  const app = await started()
  const addresses = Array.from({ length: 10 }, (_, index) => `192.0.2.${index}`)
  for (const address of addresses) await fail(app, 1, { email: 'nobody@test.example', address })
  const answer = await guess(app, WRONG, { email: 'Nobody@test.example ', address: '198.51.100.1' })
  expect(answer.status).toBe(429)
  expect((await guess(app, PASSWORD, { address: '198.51.100.1' })).status).toBe(200)
})

test('an account is counted across addresses, an address across accounts', async () => {
  const app = await started()
  for (let index = 0; index < 10; index += 1) await fail(app, 1, { email: `${index}@test.example` })
  expect((await guess(app, PASSWORD)).status).toBe(429)
  expect((await guess(app, PASSWORD, { address: '198.51.100.1' })).status).toBe(200)
})

test('the addresses of one /64 are one, those of another are not', async () => {
  const app = await started()
  for (let index = 0; index < 10; index += 1)
    await fail(app, 1, { email: `${index}@test.example`, address: `2001:db8:0:1::${index}` })
  expect((await guess(app, PASSWORD, { address: '2001:db8:0:1:ffff::1' })).status).toBe(429)
  expect((await guess(app, PASSWORD, { address: '2001:db8:0:2::1' })).status).toBe(200)
})

test('instances that share a database count together', async () => {
  const first = await started()
  await fail(first, 5)
  const second = await startApp({ databaseUrl: first.config.databaseUrl })
  await fail(second, 5)
  expect((await guess(second, PASSWORD)).status).toBe(429)
})

test('an attempt that was turned away by a full queue is no failure', async () => {
  const app = await started()
  const busy = watchVerify(app)
  busy.mockResolvedValue({ ok: false, reason: 'passwords_busy', retryAfterSeconds: 5 })
  for (let count = 0; count < 12; count += 1) {
    const answer = await guess(app, PASSWORD)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  }
  busy.mockRestore()
  expect((await guess(app, PASSWORD)).status).toBe(200)
})

test('the table of failures names nobody, and is swept when the window has passed', async () => {
  const app = await started()
  await fail(app, 1)
  const rows = await app.database.attempt.findMany()
  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toMatch(/reader|192\.0\.2/)
  await app.sweep()
  expect(await app.database.attempt.count()).toBe(2)
  app.clock.advance(900)
  await app.sweep()
  expect(await app.database.attempt.count()).toBe(0)
})
