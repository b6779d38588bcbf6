import { expect, test, vi } from 'vitest'
import { DEMO_PASSWORD } from '../../../lib/accounts/demo-people.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { askForCast, rowsOf, startCast } from '../../fixtures/cast.ts'
import { createClient } from '../../fixtures/client.ts'

const reset = { method: 'DELETE' }

test('thirty people take their casts back at once, and come in again', async () => {
  const app = await startApp()
  const browsers = Array.from({ length: 30 }, () => createClient(app))
  for (const round of ['made', 'found']) {
    const answers = await Promise.all(browsers.map(askForCast))
    expect([round, answers.map(({ status }) => status)]).toEqual([round, Array(30).fill(201)])
    const taken = await Promise.all(browsers.map(browser => browser.send('/api/demo/cast', reset)))
    expect([round, taken.map(({ status }) => status)]).toEqual([round, Array(30).fill(204)])
  }
  expect([await app.database.group.count(), await app.database.note.count()]).toEqual([30, 90])
})

test.each(MODES)(
  '%s: one button takes a cast back to the start, and touches no other',
  async mode => {
    const app = await startApp()
    await createAccount(app, 'editor')
    const [own, other] = [await startCast(app), await startCast(app)]
    const others = [await other.as('admin', mode), await other.as('editor', mode)]
    await others[1]?.send('/api/notes', { method: 'POST', body: { title: 'Ours', body: 'Stays' } })
    const start = await rowsOf(app, () => true)
    const groupId = start.users.find(({ email }) => email === own.emailOf('reader'))?.groupId
    const isOwn = (user: { groupId: string | null }) => user.groupId === groupId
    const before = await rowsOf(app, user => !isOwn(user))

    const [reader, editor, admin] = [
      await own.as('reader', mode),
      await own.as('editor', mode),
      await own.as('admin', mode),
    ]
    await editor.send('/api/notes', { method: 'POST', body: { title: 'More', body: 'Goes' } })
    const id = (role: 'reader' | 'editor') =>
      start.users.find(({ email }) => email === own.emailOf(role))?.id
    await admin.send(`/api/admin/users/${id('reader')}`, {
      method: 'PATCH',
      body: { role: 'admin' },
    })
    await admin.send(`/api/admin/users/${id('editor')}`, {
      method: 'PATCH',
      body: { disabled: true },
    })
    const next = 'another long one, quite new'
    const changed = await admin.send('/api/me/password', {
      method: 'PUT',
      body: { current: DEMO_PASSWORD, next },
    })
    if (mode === 'token') admin.accessToken = changed.body.access_token
    await app.database.user.update({
      where: { email: own.emailOf('admin') },
      data: { name: 'Somebody' },
    })

    const answer = await own.browser.send('/api/demo/cast', reset)
    expect([answer.status, answer.body]).toEqual([204, null])
    expect(answer.steps.find(step => step.name === 'cast.reset')?.detail).toEqual({
      signInsEnded: mode === 'token' ? 2 : 2,
    })
    expect(admin.notices).toEqual([{ mode, because: 'cast_reset' }])

    const shape = ({ users, notes }: Awaited<ReturnType<typeof rowsOf>>) => ({
      users: users.map(({ id, email, name, role, disabledAt }) => ({
        id,
        email,
        name,
        role,
        disabledAt,
      })),
      notes: notes
        .map(({ title, body, authorId }) => ({ title, body, authorId }))
        .sort((a, b) => (a.title < b.title ? 1 : -1)),
    })
    const after = await rowsOf(app, () => true)
    const mine = (rows: typeof start) => ({
      ...rows,
      users: rows.users.filter(isOwn),
      notes: rows.notes.filter(note =>
        rows.users.some(user => isOwn(user) && user.id === note.authorId),
      ),
    })
    expect(shape(mine(after))).toEqual(shape(mine(start)))
    expect(mine(after).notes).toHaveLength(3)
    for (const client of [reader, editor, admin]) {
      expect((await client.send('/api/me')).status).toBe(401)
      expect((await client.send(`/api/${mode}/refresh`, { method: 'POST' })).status).toBe(401)
    }
    for (const role of ['reader', 'editor', 'admin'] as const) {
      const client = createClient(app)
      expect((await client.signIn(mode, own.emailOf(role), DEMO_PASSWORD)).body.user.role).toBe(
        role,
      )
    }
    expect((await createClient(app).signIn(mode, own.emailOf('admin'), next)).status).toBe(401)
    expect(await rowsOf(app, user => !isOwn(user))).toEqual(before)
    for (const client of others) expect((await client.send('/api/me')).status).toBe(200)
  },
)

test('a sign-in whose password was looked at before the cast was taken back is over', async () => {
  const app = await startApp()
  const { browser, emailOf } = await startCast(app)
  const { verify } = app.passwords
  const spy = vi.spyOn(app.passwords, 'verify').mockImplementationOnce(async (password, hash) => {
    const matches = await verify(password, hash)
    expect((await browser.send('/api/demo/cast', reset)).status).toBe(204)
    return matches
  })
  const client = createClient(app)
  expect((await client.signIn('session', emailOf('editor'), DEMO_PASSWORD)).status).toBe(401)
  spy.mockRestore()
})

test('taken back twice at once, it is as it was made', async () => {
  const app = await startApp()
  const { browser, emailOf } = await startCast(app)
  const answers = await Promise.all([1, 2, 3, 4].map(() => browser.send('/api/demo/cast', reset)))
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204])
  expect(await app.database.note.count()).toBe(3)
  expect((await createClient(app).signIn('token', emailOf('admin'), DEMO_PASSWORD)).status).toBe(
    200,
  )
})

test('a browser without a cast has none to take back', async () => {
  const app = await startApp()
  const { browser } = await startCast(app)
  expect((await createClient(app).send('/api/demo/cast', reset)).status).toBe(404)
  await app.database.group.deleteMany()
  expect((await browser.send('/api/demo/cast', reset)).status).toBe(404)
})
