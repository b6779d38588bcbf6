import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'

async function started() {
  const app = await startApp()
  await createAccount(app, 'editor')
  await createAccount(app, 'editor', 'other')
  await createAccount(app, 'admin')
  const as = async (name: string, mode: 'session' | 'token' = 'session') => {
    const client = createClient(app)
    await client.signIn(mode, `${name}@test.example`)
    return client
  }
  return { app, as }
}

const note = { title: 'A title', body: 'One line\nand another' }

test.each(MODES)(
  '%s: a note is written under the name of who is signed in, read by all, and deleted by its author',
  async mode => {
    const { app, as } = await started()
    const author = await as('editor', mode)
    const { status, body } = await author.send('/api/notes', { method: 'POST', body: note })
    expect(status).toBe(201)
    expect(body.note).toEqual({
      ...note,
      id: expect.any(String),
      author: 'editor',
      mine: true,
      createdAt: app.clock.now().toISOString(),
    })
    const read = await (await as('other', mode)).send('/api/notes')
    expect(read.body).toEqual({ notes: [{ ...body.note, mine: false }] })
    expect((await author.send(`/api/notes/${body.note.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await author.send(`/api/notes/${body.note.id}`, { method: 'DELETE' })).status).toBe(404)
  },
)

test.each(['other', 'admin'])(
  "%s cannot delete somebody else's note: for them it is not there",
  async name => {
    const { app, as } = await started()
    const { body } = await (await as('editor')).send('/api/notes', { method: 'POST', body: note })
    const answer = await (await as(name)).send(`/api/notes/${body.note.id}`, { method: 'DELETE' })
    const missing = await (await as(name)).send('/api/notes/no-such-note', { method: 'DELETE' })
    expect([answer.status, answer.body]).toEqual([404, missing.body])
    expect(await app.database.note.count()).toBe(1)
  },
)

test.each(['author', 'authorId', 'id', 'createdAt', 'mine'])(
  'a note cannot bring its own %s',
  async member => {
    const { app, as } = await started()
    const answer = await (await as('editor')).send('/api/notes', {
      method: 'POST',
      body: { ...note, [member]: 'admin' },
    })
    expect(answer.status).toBe(422)
    expect(answer.body.errors[0]).toMatchObject({ path: member, code: 'unknown_member' })
    expect(await app.database.note.count()).toBe(0)
  },
)

test('markup is text like any other', async () => {
  const { as } = await started()
  const author = await as('editor')
  const markup = {
    title: '<img src=x onerror=alert(1)>',
    body: '</script><script>alert(1)</script>',
  }
  const { headers, body } = await author.send('/api/notes', { method: 'POST', body: markup })
  expect(body.note).toMatchObject(markup)
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('lists the newest hundred', async () => {
  const { app, as } = await started()
  const author = await as('editor')
  for (let count = 0; count < 101; count += 1) {
    app.clock.advance(1)
    await author.send('/api/notes', { method: 'POST', body: { title: `${count}`, body: 'x' } })
  }
  const { body } = await author.send('/api/notes')
  const titles = body.notes.map((note: { title: string }) => note.title)
  expect(titles).toEqual(Array.from({ length: 100 }, (_, index) => `${100 - index}`))
})

test('an author has so many notes: the oldest make room, and nobody else’s do', async () => {
  const app = await startApp()
  const [editor, other] = [await createAccount(app, 'editor'), await createAccount(app, 'admin')]
  const note = (authorId: string, number: number) => ({
    id: `${authorId}-${number}`,
    authorId,
    title: `${number}`,
    body: '',
    createdAt: new Date(app.clock.now().getTime() - 1000 + number),
  })
  const data = [editor, other].flatMap(({ id }) =>
    Array.from({ length: 200 }, (_, number) => note(id, number)),
  )
  await app.database.note.createMany({ data })
  const client = createClient(app)
  await client.signIn('session', 'editor@test.example')
  for (const title of ['One', 'Two'])
    expect(
      (await client.send('/api/notes', { method: 'POST', body: { title, body: 'More.' } })).status,
    ).toBe(201)
  const kept = await app.database.note.findMany({
    where: { authorId: editor.id },
    orderBy: { createdAt: 'asc' },
  })
  expect([kept.length, kept[0]?.title, kept.at(-1)?.title]).toEqual([200, '2', 'Two'])
  expect(await app.database.note.count({ where: { authorId: other.id } })).toBe(200)
})
