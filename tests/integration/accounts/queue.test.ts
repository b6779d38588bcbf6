import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { findRoute } from '../../fixtures/routes.ts'

// At this cost each takes much longer than all the rest.
const COSTLY = '$2b$13$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzabcde'

const WORKERS = Math.max(1, availableParallelism() - 1)

/** Work that keeps every worker busy, and so many more waiting from an address. */
const keepBusy = (app: TestApp, waiting = 0, address = '198.51.100.1') =>
  Array.from({ length: WORKERS + waiting }, (_, at) => {
    const waiter = { networks: [address], account: `${at}@test.example` }
    return app.passwords.verify(PASSWORD, at < WORKERS ? COSTLY : null, waiter)
  })

test('a sign-in for which there is no place is turned away before anything is counted or looked up', async () => {
  const app = await startApp()
  await app.passwords.warmUp()
  const busy = keepBusy(app, 64, '192.0.2.1')
  const answer = await createClient(app, '192.0.2.1').signIn('session', 'reader@test.example')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  const names = answer.steps.map(step => step.name)
  expect(names).not.toContain('attempt.counted')
  expect(names).not.toContain('account.looked_up')
  // From elsewhere there is one.
  expect(
    (await createClient(app, '192.0.2.2').signIn('session', 'reader@test.example')).status,
  ).toBe(401)
  expect((await Promise.all(busy)).filter(result => !result.ok)).toHaveLength(1)
})

test('a sign-in that is given up leaves the queue: nothing was looked at, and nothing failed', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const email = 'reader@test.example'
  const busy = keepBusy(app)
  const route = await findRoute('/api/session/sign-in')
  const giveUp = async () => {
    const gone = new AbortController()
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.1' }
    const body = JSON.stringify({ email, password: PASSWORD })
    const init = { method: 'POST', headers, body, signal: gone.signal }
    const answer = route.call(
      'POST',
      new Request('http://localhost:3000/api/session/sign-in', init),
    )
    gone.abort()
    return (await answer).status
  }
  // More than the failures that are let through: none of them is one.
  for (let count = 0; count < 12; count += 1) expect(await giveUp()).toBe(503)
  expect(app.log.join('')).not.toContain('sign_in')
  expect(await app.database.session.count()).toBe(0)
  await Promise.all(busy)
  expect((await createClient(app).signIn('session', email)).status).toBe(200)
})

test('thirty pupils behind one address who sign in at once, in both modes, are all in', async () => {
  const app = await startApp()
  const names = Array.from({ length: 30 }, (_, index) => `pupil-${index}`)
  for (const name of names) await createAccount(app, 'reader', name)
  // One of them has forgotten the password.
  for (let count = 0; count < 10; count += 1)
    await createClient(app, '192.0.2.1').signIn(
      'session',
      'pupil-0@test.example',
      'not the right password',
    )
  const answers = await Promise.all(
    names
      .slice(1)
      .flatMap(name =>
        MODES.map(mode => createClient(app, '192.0.2.1').signIn(mode, `${name}@test.example`)),
      ),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(58).fill(200))
})
