import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { detailOf, namesOf } from '../../fixtures/steps.ts'

async function started() {
  const app = await startApp()
  const [reader, editor, admin] = [
    await createAccount(app, 'reader'),
    await createAccount(app, 'editor'),
    await createAccount(app, 'admin'),
  ]
  const as = async (name: string, mode: 'session' | 'token' = 'session') => {
    const client = createClient(app)
    await client.signIn(mode, `${name}@test.example`)
    return client
  }
  return { app, reader, editor, admin, as, root: await as('admin') }
}

const patch = (client: Client, id: string, body: object) =>
  client.send(`/api/admin/users/${id}`, { method: 'PATCH', body })

test('an admin sees who there is, and no hash of anything', async () => {
  const { root, reader, editor, admin } = await started()
  const { body } = await root.send('/api/admin/users')
  const shown = [reader, editor, admin].map(({ id, email, name, role }) => ({
    id,
    email,
    name,
    role,
    disabled: false,
  }))
  expect(body).toEqual({ users: shown })
})

test.each(MODES)('%s: a change of role is effective at the next request', async mode => {
  const { app, as, root, editor } = await started()
  const client = await as('editor', mode)
  const answer = await patch(root, editor.id, { role: 'reader' })
  expect([answer.status, answer.body.user.role]).toEqual([200, 'reader'])
  expect(detailOf(answer.steps, 'account.changed')).toEqual({
    userId: editor.id,
    changed: ['role'],
  })
  const write = await client.send('/api/notes', {
    method: 'POST',
    body: { title: 'One', body: 'Two' },
  })
  // A session is asked for its role each time; a token from before is refused as a whole, and
  // exchanged for one that is right.
  expect(write.status).toBe(mode === 'session' ? 403 : 401)
  expect(await app.database.note.count()).toBe(0)
  if (mode === 'token')
    client.accessToken = (
      await client.send('/api/token/refresh', { method: 'POST' })
    ).body.access_token
  expect((await client.send('/api/me')).body.role).toBe('reader')
})

test.each(MODES)('%s: a role that was given can be used at the next request', async mode => {
  const { as, root, reader } = await started()
  const client = await as('reader', mode)
  await patch(root, reader.id, { role: 'editor' })
  if (mode === 'token')
    client.accessToken = (
      await client.send('/api/token/refresh', { method: 'POST' })
    ).body.access_token
  const answer = await client.send('/api/notes', {
    method: 'POST',
    body: { title: 'One', body: 'Two' },
  })
  expect(answer.status).toBe(201)
})

test('a token that was made in the very second of the change, and after it, counts', async () => {
  const { as, root, reader } = await started()
  await patch(root, reader.id, { role: 'editor' })
  const client = await as('reader', 'token')
  expect((await client.send('/api/me')).body.role).toBe('editor')
})

test('disabling ends every sign-in, and enabling brings none back', async () => {
  const { app, as, root, reader } = await started()
  const clients = [await as('reader'), await as('reader', 'token')]
  expect((await patch(root, reader.id, { disabled: true })).body.user.disabled).toBe(true)
  for (const client of clients) expect((await client.send('/api/me')).status).toBe(401)
  expect((await clients[1]?.send('/api/token/refresh', { method: 'POST' }))?.status).toBe(401)
  expect((await createClient(app).signIn('session', 'reader@test.example')).status).toBe(401)
  await patch(root, reader.id, { disabled: false })
  for (const client of clients) expect((await client.send('/api/me')).status).toBe(401)
  expect((await createClient(app).signIn('session', 'reader@test.example')).status).toBe(200)
})

test('a change that changes nothing ends nothing', async () => {
  const { as, root, editor } = await started()
  const client = await as('editor', 'token')
  const answer = await patch(root, editor.id, { role: 'editor', disabled: false })
  expect(answer.status).toBe(200)
  expect(namesOf(answer.steps)).not.toContain('account.changed')
  expect((await client.send('/api/me')).status).toBe(200)
})

test('two changes at once do not undo each other', async () => {
  const { app, as, root, reader } = await started()
  const other = await as('admin', 'token')
  await Promise.all([
    patch(root, reader.id, { disabled: true }),
    patch(other, reader.id, { role: 'editor' }),
  ])
  expect(await app.accounts.byId(reader.id)).toMatchObject({ role: 'editor', disabled: true })
})

test.each([
  { role: 'reader' },
  { role: 'editor' },
  { disabled: true },
  { role: 'admin', disabled: true },
])('the last admin stays one: %j', async change => {
  const { app, root, admin } = await started()
  const off = await createAccount(app, 'admin', 'off')
  await patch(root, off.id, { disabled: true })
  const answer = await patch(root, admin.id, change)
  expect([answer.status, answer.body.code]).toEqual([409, 'last_admin'])
  expect(await app.accounts.byId(admin.id)).toMatchObject({ role: 'admin', disabled: false })
  expect((await root.send('/api/admin/users')).status).toBe(200)
})

test('of two admins who demote each other at once one stays', async () => {
  const { app, as, root, admin } = await started()
  const second = await createAccount(app, 'admin', 'second')
  const other = await as('second')
  const answers = await Promise.all([
    patch(root, second.id, { role: 'reader' }),
    patch(other, admin.id, { role: 'reader' }),
  ])
  expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
  const roles = (await app.accounts.list(null)).map(account => account.role)
  expect(roles.filter(role => role === 'admin')).toHaveLength(1)
})

test('however often two admins demote or disable each other at once, on two instances, one stays', async () => {
  const app = await startApp()
  const instances = [app, await startApp({ databaseUrl: app.config.databaseUrl })] as const
  const [one, two] = [
    await createAccount(app, 'admin', 'one'),
    await createAccount(app, 'admin', 'two'),
  ]
  const now = app.clock.now()
  for (let round = 0; round < 30; round += 1) {
    const change = round % 2 === 0 ? { role: 'reader' as const } : { disabled: true }
    const changed = await Promise.all([
      instances[0].accounts.change(two.id, change, now),
      instances[1].accounts.change(one.id, change, now),
    ])
    expect(changed.filter(Boolean)).toHaveLength(1)
    for (const { id } of [one, two])
      await app.accounts.change(id, { role: 'admin', disabled: false }, now)
  }
})

test.each([
  [{ role: 'root' }, 'role', 'invalid_value'],
  [{ role: ['admin'] }, 'role', 'invalid_value'],
  [{ disabled: 'true' }, 'disabled', 'invalid_type'],
  [{ email: 'a@test.example' }, 'email', 'unknown_member'],
  [{ passwordHash: 'x' }, 'passwordHash', 'unknown_member'],
])('refuses the change %j', async (change, path, code) => {
  const { root, reader } = await started()
  const answer = await patch(root, reader.id, change)
  expect(answer.status).toBe(422)
  expect(answer.body.errors).toEqual([{ path, code, message: expect.any(String) }])
})

test('an account that does not exist is 404', async () => {
  const { root } = await started()
  expect((await patch(root, 'no-such-account', { role: 'reader' })).status).toBe(404)
  expect(
    (await root.send('/api/admin/users/no-such-account/devices', { method: 'DELETE' })).status,
  ).toBe(404)
})

test("an admin ends all of somebody's sign-ins, and of their own all but this", async () => {
  const { as, root, reader, admin } = await started()
  const clients = [await as('reader'), await as('reader', 'token')]
  const mine = await as('admin', 'token')
  const end = (id: string) => root.send(`/api/admin/users/${id}/devices`, { method: 'DELETE' })
  expect((await end(reader.id)).status).toBe(204)
  for (const client of clients) expect((await client.send('/api/me')).status).toBe(401)
  expect((await mine.send('/api/me')).status).toBe(200)
  expect((await end(admin.id)).status).toBe(204)
  expect((await mine.send('/api/me')).status).toBe(401)
  expect((await root.send('/api/me')).status).toBe(200)
})

test.each(MODES)(
  '%s: an editor gets nowhere, and cannot make an admin of themselves',
  async mode => {
    const { app, as, editor, reader } = await started()
    const client = await as('editor', mode)
    const before = await app.accounts.list(null)
    const answers = [
      await client.send('/api/admin/users'),
      await patch(client, editor.id, { role: 'admin' }),
      await patch(client, reader.id, { disabled: true }),
      await client.send(`/api/admin/users/${reader.id}/devices`, { method: 'DELETE' }),
    ]
    expect(answers.map(answer => answer.status)).toEqual([403, 403, 403, 403])
    expect(await app.accounts.list(null)).toEqual(before)
  },
)
