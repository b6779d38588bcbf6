import { expect, onTestFinished, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAttempts } from '../../../lib/store/attempts.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { asIfDone } from '../../fixtures/attempts.ts'
import { createClient } from '../../fixtures/client.ts'
import { expectSteps } from '../../fixtures/steps.ts'
import { until } from '../../fixtures/until.ts'

const EMAIL = 'reader@test.example'
const WRONG = 'not the right password'

async function started() {
  const app = await startApp()
  await createAccount(app, 'reader')
  return app
}

const guess = (
  app: TestApp,
  password: string,
  { email = EMAIL, address = '192.0.2.1', mode = 'session' } = {},
) => createClient(app, address).signIn(mode as 'session', email, password)

/** Watches the one place that looks at passwords. */
function watchVerify(app: TestApp) {
  const spy = vi.spyOn(app.passwords, 'verify')
  onTestFinished(() => spy.mockRestore())
  return spy
}

async function fail(app: TestApp, times: number, of: Parameters<typeof guess>[2] = {}) {
  for (let count = 0; count < times; count += 1)
    expect((await guess(app, WRONG, of)).status).toBe(401)
}

test.each(MODES)(
  '%s: after ten failures right and wrong passwords are refused alike, unseen',
  async mode => {
    const app = await started()
    await fail(app, 10, { mode })
    const seen = watchVerify(app)
    const [wrong, right] = [await guess(app, WRONG, { mode }), await guess(app, PASSWORD, { mode })]
    for (const answer of [wrong, right]) {
      expect([answer.status, answer.body.code]).toEqual([429, 'too_many_attempts'])
      expect(answer.headers.get('retry-after')).toBe('900')
      expect(answer.setCookies).toEqual([])
      expectSteps(
        answer.steps,
        `request.received mode.chosen origin.checked input.accepted account.looked_up
         attempt.counted access.refused response.sent`,
      )
    }
    expect(seen).not.toHaveBeenCalled()
  },
)

/** Guesses all at once, one from each of these addresses: how often each status came back. */
async function guessAtOnce(app: TestApp, addresses: string[]): Promise<Record<string, number>> {
  const answers = await Promise.all(addresses.map(address => guess(app, WRONG, { address })))
  const counts: Record<string, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const addressesOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `192.0.2.${from + index}`)

test('of fifty parallel guesses from one address ten are looked at, and the others refused', async () => {
  const app = await started()
  const seen = watchVerify(app)
  expect(await guessAtOnce(app, Array(50).fill('192.0.2.1'))).toEqual({ 401: 10, 429: 40 })
  expect(seen).toHaveBeenCalledTimes(10)
})

test('of guesses from everywhere a hundred are looked at, and the others refused', async () => {
  const app = await started()
  const seen = watchVerify(app)
  expect(await guessAtOnce(app, addressesOf(40))).toEqual({ 401: 40 })
  expect(await guessAtOnce(app, addressesOf(40, 40))).toEqual({ 401: 40 })
  expect(await guessAtOnce(app, addressesOf(40, 80))).toEqual({ 401: 20, 429: 20 })
  expect(seen).toHaveBeenCalledTimes(100)
})

test('of many right passwords at once none is refused', async () => {
  const app = await started()
  const answers = await Promise.all(Array.from({ length: 30 }, () => guess(app, PASSWORD)))
  expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200))
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
  const email = 'nobody@test.example'
  await fail(app, 10, { email })
  expect((await guess(app, WRONG, { email: 'Nobody@test.example ' })).status).toBe(429)
  expect((await guess(app, WRONG, { email, address: '198.51.100.1' })).status).toBe(401)
  expect((await guess(app, PASSWORD)).status).toBe(200)
})

test('one who forgot the password turns away nobody else: neither behind the same address nor at the same account', async () => {
  const app = await started()
  await createAccount(app, 'editor')
  await fail(app, 10, { email: EMAIL })
  for (let count = 0; count < 2; count += 1) expect((await guess(app, WRONG)).status).toBe(429)
  expect((await guess(app, PASSWORD, { email: 'editor@test.example' })).status).toBe(200)
  expect((await guess(app, PASSWORD, { address: '198.51.100.1' })).status).toBe(200)
})

test('an address has three hundred over all accounts, and no other address is refused for it', async () => {
  const app = await started()
  await asIfDone(app, 299, () => fail(app, 1, { email: 'somebody@test.example' }))
  await fail(app, 1, { email: 'another@test.example' })
  expect((await guess(app, PASSWORD)).status).toBe(429)
  expect((await guess(app, PASSWORD, { address: '198.51.100.1' })).status).toBe(200)
})

test('the addresses of one /64 are one, those of another are not', async () => {
  const app = await started()
  for (let index = 0; index < 10; index += 1)
    await fail(app, 1, { address: `2001:db8:0:1::${index}` })
  expect((await guess(app, PASSWORD, { address: '2001:db8:0:1:ffff::1' })).status).toBe(429)
  expect((await guess(app, PASSWORD, { address: '2001:db8:0:2::1' })).status).toBe(200)
})

test('a /48 has ten times as many as a /64', async () => {
  const app = await started()
  const [, , network, site] = app.throttle.forSignIn('x@test.example', '2001:db8:7:1::1', null)
  expect([network?.limit, site?.limit]).toEqual([300, 3000])
  const failed = {
    key: site?.key ?? '',
    failed: true,
    expiresAt: new Date(app.clock.now().getTime() + 60_000),
  }
  await app.database.attempt.createMany({
    data: Array.from({ length: 3000 }, (_, index) => ({ ...failed, id: String(index) })),
  })
  expect((await guess(app, PASSWORD, { address: '2001:db8:7:9::1' })).status).toBe(429)
  expect((await guess(app, PASSWORD, { address: '2001:db8:8:9::1' })).status).toBe(200)
})

test('at a limit an attempt waits for those that are under way, also on another instance', async () => {
  const app = await started()
  const limits = app.throttle.forSignIn(EMAIL, '192.0.2.1', null)
  const attempts = createAttempts(app.database)
  for (let count = 0; count < 10; count += 1)
    expect(await attempts.claim(`elsewhere-${count}`, limits, app.clock.now())).toBe(true)
  const asked = vi.spyOn(app.database, '$executeRaw')
  onTestFinished(() => asked.mockRestore())
  const waiting = guess(app, PASSWORD)
  await until(() => asked.mock.calls.length > 1)
  await attempts.release('elsewhere-3', app.clock.now())
  expect((await waiting).status).toBe(200)
})

test('what a killed instance left under way lapses after half a minute', async () => {
  const app = await started()
  const limits = app.throttle.forSignIn(EMAIL, '192.0.2.1', null)
  const attempts = createAttempts(app.database)
  for (let count = 0; count < 10; count += 1)
    await attempts.claim(`killed-${count}`, limits, app.clock.now())
  expect(await attempts.claim('one more', limits, app.clock.now())).toBe(false)
  app.clock.advance(30)
  expect((await guess(app, PASSWORD)).status).toBe(200)
})

/** Lets the clock go on while a password is looked at. */
function lookSlowly(app: TestApp, meanwhile: () => Promise<void>) {
  const { verify } = app.passwords
  const spy = vi.spyOn(app.passwords, 'verify').mockImplementationOnce(async (...args) => {
    await meanwhile()
    return verify(...args)
  })
  onTestFinished(() => spy.mockRestore())
}

test.each([
  ['right', PASSWORD],
  ['wrong', WRONG],
])(
  'a %s one that was looked at for too long is not told when others were let in for it',
  async (_, password) => {
    const app = await started()
    await fail(app, 9)
    lookSlowly(app, async () => {
      app.clock.advance(31)
      await fail(app, 1)
    })
    const answer = await guess(app, password)
    expect([answer.status, answer.body.code, answer.setCookies]).toEqual([503, 'unavailable', []])
  },
)

test('one that was looked at for too long counts where there is room', async () => {
  const app = await started()
  await fail(app, 8)
  for (const status of [401, 401]) {
    lookSlowly(app, async () => app.clock.advance(31))
    expect((await guess(app, WRONG)).status).toBe(status)
  }
  expect((await guess(app, PASSWORD)).status).toBe(429)
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
  expect(rows.map(({ failed }) => failed)).toEqual([true, true, true])
  expect(JSON.stringify(rows)).not.toMatch(/reader|192\.0\.2/)
  await app.sweep()
  expect(await app.database.attempt.count()).toBe(3)
  app.clock.advance(900)
  await app.sweep()
  expect(await app.database.attempt.count()).toBe(0)
})
