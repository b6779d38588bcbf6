import { expect, test, vi } from 'vitest'
import { DEMO_PASSWORD } from '../../../lib/accounts/demo-people.ts'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { startApp } from '../../fixtures/app.ts'
import { asIfDone } from '../../fixtures/attempts.ts'
import { askForCast, startCast } from '../../fixtures/cast.ts'
import { createClient } from '../../fixtures/client.ts'
import { namesOf } from '../../fixtures/steps.ts'

const PEOPLE = [
  ['reader', 'Rin Reader'],
  ['editor', 'Edda Editor'],
  ['admin', 'Ada Admin'],
]
const reset = { method: 'DELETE' }

test('a browser is given a reader, an editor and an admin of its own, and a board', async () => {
  const app = await startApp()
  const browser = createClient(app)
  const { status, body, steps, setCookies } = await askForCast(browser)
  expect([status, Object.keys(body), body.password]).toEqual([
    201,
    ['accounts', 'password'],
    DEMO_PASSWORD,
  ])
  const local = /^(\w+)\.[0-9a-f]{20}@demo\.example$/
  expect(
    body.accounts.map(({ email, name, role, ...more }: Record<string, string>) => [
      local.exec(email ?? '')?.[1],
      role,
      name,
      more,
    ]),
  ).toEqual(PEOPLE.map(([role, name]) => [role, role, name, {}]))
  expect(setCookies).toEqual([
    expect.stringMatching(
      /^__Host-cast=Fe26\.2\*\S+; Path=\/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict$/,
    ),
  ])
  expect(namesOf(steps)).toContain('cast.created')
  for (const mode of MODES)
    for (const { email, role, name } of body.accounts) {
      const client = createClient(app)
      expect((await client.signIn(mode, email, body.password)).status).toBe(200)
      expect((await client.send('/api/me')).body).toMatchObject({ email, role, name, mode })
      const { notes } = (await client.send('/api/notes')).body
      expect(notes.map(({ title, author }: Record<string, string>) => [title, author])).toEqual([
        ['What a session is', 'Edda Editor'],
        ['What a token is', 'Edda Editor'],
        ['Try this', 'Edda Editor'],
      ])
    }
})

test('its password enters no step', async () => {
  const app = await startApp()
  const { steps } = await askForCast(createClient(app))
  expect(namesOf(steps)).toContain('response.sent')
  expect(JSON.stringify(steps)).not.toContain(DEMO_PASSWORD)
})

test('asked again, a browser goes on with the cast it has, as it has become', async () => {
  const app = await startApp()
  const { browser, as, emailOf } = await startCast(app)
  const admin = await as('admin')
  const reader = await app.database.user.findUniqueOrThrow({ where: { email: emailOf('reader') } })
  await admin.send(`/api/admin/users/${reader.id}`, { method: 'PATCH', body: { role: 'editor' } })
  const { status, body, steps, setCookies } = await askForCast(browser)
  expect([status, namesOf(steps).includes('cast.found'), setCookies.length]).toEqual([201, true, 1])
  expect(
    body.accounts.map((account: { email: string; role: string }) => [account.email, account.role]),
  ).toEqual([
    [emailOf('reader'), 'editor'],
    [emailOf('editor'), 'editor'],
    [emailOf('admin'), 'admin'],
  ])
  expect(await app.database.group.count()).toBe(1)
  expect(await app.database.user.count()).toBe(3)
  expect(await app.database.note.count()).toBe(3)
  expect((await admin.send('/api/me')).status).toBe(200)
})

test('whoever of a cast is gone is there again when it is asked for', async () => {
  const app = await startApp()
  const { browser, emailOf } = await startCast(app)
  const email = emailOf('editor')
  await app.database.user.delete({ where: { email } })
  const { body } = await askForCast(browser)
  expect(body.accounts[1]).toEqual({ email, name: 'Edda Editor', role: 'editor' })
  expect((await createClient(app).signIn('session', email, body.password)).status).toBe(200)
  expect(await app.database.note.count()).toBe(3)
})

test('thirty people behind one address come in at once: one hash, thirty casts', async () => {
  const app = await startApp()
  const hash = vi.spyOn(app.passwords, 'hash')
  const answers = await Promise.all(Array.from({ length: 30 }, () => askForCast(createClient(app))))
  expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(201))
  const emails = answers.flatMap(({ body }) =>
    body.accounts.map(({ email }: { email: string }) => email),
  )
  expect(new Set(emails).size).toBe(90)
  expect(hash.mock.calls.length).toBeLessThanOrEqual(1)
  hash.mockRestore()
})

test('a hash that could not be made is made the next time', async () => {
  const app = await startApp()
  const { close: _, ...own } = app.passwords
  // Another set of workers, so that nothing is known of its hash.
  app.passwords = { ...app.passwords, ...own }
  const busy = { ok: false, reason: 'passwords_busy', retryAfterSeconds: 5 } as const
  const hash = vi.spyOn(app.passwords, 'hash').mockResolvedValueOnce(busy)
  expect((await askForCast(createClient(app))).status).toBe(503)
  expect((await askForCast(createClient(app))).status).toBe(201)
  expect(hash).toHaveBeenCalledTimes(2)
})

test('a network may make three hundred casts in a quarter of an hour; to go on with one is not counted', async () => {
  const app = await startApp()
  const browser = createClient(app)
  const first = await asIfDone(app, 299, () => askForCast(browser))
  browser.jar.delete(COOKIES.cast)
  const last = await askForCast(browser)
  expect([first.status, last.status]).toEqual([201, 201])
  const other = createClient(app)
  const refused = await askForCast(other)
  expect([
    refused.status,
    refused.body.code,
    refused.headers.get('retry-after'),
    refused.setCookies,
  ]).toEqual([429, 'too_many_attempts', '900', []])
  expect(await app.database.group.count()).toBe(2)
  expect((await askForCast(browser)).status).toBe(201)
  const signUp = { email: 'a@test.example', name: 'A', password: 'correct battery of staples' }
  expect((await other.send('/api/accounts', { method: 'POST', body: signUp })).status).toBe(201)
  expect((await askForCast(createClient(app, '192.0.2.2'))).status).toBe(201)
  app.clock.advance(900)
  expect((await askForCast(other)).status).toBe(201)
})

test('a cookie that is not a seal of ours, or of another purpose, is no cast', async () => {
  const app = await startApp()
  const { browser, as } = await startCast(app)
  const member = await as('admin')
  const seal = browser.jar.get(COOKIES.cast) ?? ''
  const foreign = [
    seal.slice(0, -3),
    `${seal} `,
    `${seal}x`,
    'x',
    member.jar.get(COOKIES.session) ?? '',
  ]
  for (const value of foreign) {
    const other = createClient(app)
    other.jar.set(COOKIES.cast, value.trim() === seal ? `${seal}~2` : value)
    expect((await other.send('/api/demo/cast', reset)).status).toBe(404)
    const { status, steps } = await askForCast(other)
    expect([status, namesOf(steps).includes('cast.created')]).toEqual([201, true])
  }
  expect(await app.database.group.count()).toBe(1 + foreign.length)
})

test('a page of another origin, which keeps no cookie, is given no cast', async () => {
  const app = await startApp({ corsOrigins: ['https://app.example'] })
  for (const method of ['POST', 'DELETE']) {
    const headers = {
      origin: 'https://app.example',
      'sec-fetch-site': 'cross-site',
      'auth-mode': 'token',
      cookie: '',
    }
    const answer = await createClient(app).send('/api/demo/cast', { method, headers })
    expect([answer.status, answer.body.code]).toEqual([403, 'cross_site_request'])
  }
  expect(await app.database.group.count()).toBe(0)
})

test('outside demo mode there is no such thing, and nobody of a cast signs in', async () => {
  const app = await startApp()
  const { browser, emailOf, as } = await startCast(app)
  const member = await as('admin')
  await startApp({ demo: false, databaseUrl: app.config.databaseUrl })
  for (const method of ['POST', 'DELETE', 'GET', 'PUT', 'PATCH', 'OPTIONS']) {
    const answer = await browser.send('/api/demo/cast', { method })
    expect([method, answer.status, answer.body.code, answer.setCookies]).toEqual([
      method,
      404,
      'not_found',
      [],
    ])
  }
  expect((await createClient(app).signIn('session', emailOf('admin'), DEMO_PASSWORD)).status).toBe(
    401,
  )
  expect((await member.send('/api/me')).status).toBe(401)
})
