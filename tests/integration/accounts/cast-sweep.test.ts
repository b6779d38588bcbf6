import { expect, test, vi } from 'vitest'
import { DEMO_PASSWORD } from '../../../lib/accounts/demo-people.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { askForCast, rowsOf, startCast } from '../../fixtures/cast.ts'
import { createClient } from '../../fixtures/client.ts'

const DAY = 24 * 60 * 60

test('a cast that nobody has used for a day is swept, with everything of it', async () => {
  const app = await startApp()
  const mine = await createAccount(app, 'editor')
  const { browser, as, emailOf } = await startCast(app)
  const editor = await as('editor', 'token')
  app.clock.advance(DAY)
  await app.sweep()
  expect(await app.database.group.count()).toBe(1)
  app.clock.advance(1)
  await app.sweep()
  const left = await rowsOf(app, () => true)
  expect([await app.database.group.count(), left.users.map(({ id }) => id)]).toEqual([0, [mine.id]])
  expect([await app.database.note.count(), await app.database.refreshFamily.count()]).toEqual([
    0, 0,
  ])
  expect((await editor.send('/api/token/refresh', { method: 'POST' })).status).toBe(401)
  expect((await createClient(app).signIn('session', emailOf('editor'), DEMO_PASSWORD)).status).toBe(
    401,
  )
  const { status, body } = await askForCast(browser)
  expect([status, body.accounts[0].email === emailOf('reader')]).toEqual([201, false])
})

test.each([
  ['a sign-in with a session', 'session', 'sign-in'],
  ['a sign-in with a token', 'token', 'sign-in'],
  ['a new session id', 'session', 'refresh'],
  ['a refreshed token', 'token', 'refresh'],
  ['being asked for', null, null],
] as const)('%s is a use, from which the day counts', async (_, mode, step) => {
  const app = await startApp()
  const { browser, as, emailOf } = await startCast(app)
  const member = mode && step === 'refresh' ? await as('editor', mode) : createClient(app)
  // Within the life of every sign-in that is refreshed.
  const later = step === 'refresh' && mode === 'session' ? 1500 : DAY - 60
  app.clock.advance(later)
  if (!mode) await askForCast(browser)
  else if (step === 'sign-in') await member.signIn(mode, emailOf('editor'), DEMO_PASSWORD)
  else expect((await member.send(`/api/${mode}/refresh`, { method: 'POST' })).status).toBe(200)
  app.clock.advance(DAY)
  await app.sweep()
  expect(await app.database.group.count()).toBe(1)
  app.clock.advance(1)
  await app.sweep()
  expect(await app.database.group.count()).toBe(0)
})

test('a request that is neither costs a cast no write', async () => {
  const app = await startApp()
  const { as } = await startCast(app)
  const editor = await as('editor')
  const before = await app.database.group.findMany()
  app.clock.advance(30)
  for (const target of ['/api/me', '/api/notes', '/api/devices'])
    expect((await editor.send(target)).status).toBe(200)
  expect(await app.database.group.findMany()).toEqual(before)
})

test.each(MODES)(
  '%s: a cast that is swept in the very moment of a sign-in lets nobody in',
  async mode => {
    const app = await startApp()
    const { emailOf } = await startCast(app)
    const { credentials } = app.accounts
    const spy = vi.spyOn(app.accounts, 'credentials').mockImplementation(async by => {
      const found = await credentials(by)
      // The last look at the account before the sign-in is made.
      if ('id' in by) await app.database.group.deleteMany()
      return found
    })
    const answer = await createClient(app).signIn(mode, emailOf('editor'), DEMO_PASSWORD)
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials'])
    spy.mockRestore()
  },
)
