import { expect, test } from 'vitest'
import { hasRole, MODES, type Mode, ROLES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp, type TestApp } from '../../fixtures/app.ts'
import { rowsOf, startCast } from '../../fixtures/cast.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'

// Who belongs to one group sees and changes nothing of another, on any route there is: a new one is
// tried here by itself.

type Rows = Awaited<ReturnType<typeof rowsOf>>
type Member = {
  client: Client
  role: (typeof ROLES)[number]
  isTheirs(user: { groupId: string | null }): boolean
}

/** Two casts and people of no group, each with a note and with sign-ins of both kinds. */
async function started() {
  const app = await startApp()
  for (const role of ROLES) {
    await createAccount(app, role, `common-${role}`)
    app.clock.advance(1)
  }
  const [a, b] = [await startCast(app), await startCast(app)]
  const common = async (role: string, mode: Mode) => {
    const client = createClient(app)
    await client.signIn(mode, `common-${role}@test.example`)
    return client
  }
  for (const mode of MODES) {
    await (await a.as('editor', mode)).send('/api/notes', note('of group a'))
    await (await b.as('editor', mode)).send('/api/notes', note('of group b'))
    await (await common('editor', mode)).send('/api/notes', note('of no group'))
  }
  const { groupId } = await app.database.user.findUniqueOrThrow({
    where: { email: a.emailOf('reader') },
  })
  return {
    app,
    a,
    b,
    common,
    isOfA: (user: { groupId: string | null }) => user.groupId === groupId,
  }
}

const note = (title: string) => ({ method: 'POST', body: { title, body: title } })

/** Every name by which a row could be asked for. */
const namesIn = ({ users, notes, sessions, families }: Rows): string[] => [
  ...[...users, ...notes, ...families].map(({ id }) => id),
  ...sessions.map(({ handle }) => handle),
]

/**
 * What an answer must not have in it of theirs. Names of people and the notes of the start are the
 * same in every cast.
 */
const marksOf = (rows: Rows): string[] => [
  ...namesIn(rows),
  ...rows.users.map(({ email }) => email),
  ...rows.notes.map(({ title }) => title).filter(title => title.startsWith('of ')),
]

/** Signs somebody in anew for each request, since many of these end their own sign-in. */
type SignIn = () => Promise<Member>

const WITHOUT_ID = ENDPOINTS.filter(({ path }) => !path.includes('[') && path !== '/api/wire')
const WITH_ID = ENDPOINTS.filter(({ path }) => path.includes('[id]'))

async function tryEverything(app: TestApp, mode: Mode, signIn: SignIn) {
  const { isTheirs } = await signIn()
  const others = () => rowsOf(app, user => !isTheirs(user))
  const before = await others()
  const { client, role } = await signIn()
  for (const { path, method, body, least } of WITH_ID)
    for (const name of namesIn(before)) {
      const answer = await client.send(path.replace('[id]', name), {
        method,
        body,
        headers: { 'auth-mode': mode },
      })
      const expected = hasRole(role, least ?? 'reader') ? 404 : 403
      expect({ path, method, role, status: answer.status }).toEqual({
        path,
        method,
        role,
        status: expected,
      })
    }
  expect(await others()).toEqual(before)

  const marks = marksOf(before)
  for (const { path, method, body, form } of WITHOUT_ID) {
    const own = await signIn()
    const found = await rowsOf(app, user => !isTheirs(user))
    const type = form && { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await own.client.send(path, {
      method,
      body,
      rawBody: form,
      headers: { 'auth-mode': mode, ...type },
    })
    const said = JSON.stringify(answer.body) ?? ''
    expect({ path, method, told: marks.filter(mark => said.includes(mark)) }).toEqual({
      path,
      method,
      told: [],
    })
    const now = await others()
    for (const kind of ['users', 'notes', 'sessions', 'families'] as const)
      expect({ path, method, rows: now[kind] }).toEqual({
        path,
        method,
        rows: expect.arrayContaining(found[kind] as object[]),
      })
  }
}

test('there are routes to try', () => {
  expect(WITH_ID.length).toBeGreaterThanOrEqual(4)
  expect(WITHOUT_ID.length).toBeGreaterThan(25)
})

test.each(MODES.flatMap(mode => ROLES.map(role => [mode, role] as const)))(
  '%s: as the %s of a cast, whatever is of another group is not there, and nothing of it changes',
  async (mode, role) => {
    const { app, a, isOfA } = await started()
    await tryEverything(app, mode, async () => {
      const client = await a.as(role, mode)
      // The cast is this browser's own, so that taking it back is tried too.
      for (const [name, value] of a.browser.jar)
        if (!client.jar.has(name)) client.jar.set(name, value)
      return { client, role, isTheirs: isOfA }
    })
  },
)

test.each(MODES)(
  '%s: as an admin of no group, whatever is of a cast is not there, and nothing of it changes',
  async mode => {
    const { app, common } = await started()
    const isTheirs = ({ groupId }: { groupId: string | null }) => groupId === null
    await tryEverything(app, mode, async () => ({
      client: await common('admin', mode),
      role: 'admin',
      isTheirs,
    }))
  },
)

test('each admin sees the accounts of the own group, and each board the notes of its own', async () => {
  const { a, b, common } = await started()
  const groups = [
    { as: a.as, title: 'of group a', emails: ROLES.map(a.emailOf) },
    { as: b.as, title: 'of group b', emails: ROLES.map(b.emailOf) },
    { as: common, title: 'of no group', emails: ROLES.map(role => `common-${role}@test.example`) },
  ]
  for (const { as, title, emails } of groups) {
    const admin = await as('admin', 'session')
    const { users } = (await admin.send('/api/admin/users')).body
    expect(users.map(({ email }: { email: string }) => email)).toEqual(emails)
    const { notes } = (await admin.send('/api/notes')).body
    const titles: string[] = notes.map((one: { title: string }) => one.title)
    expect(titles.filter(one => one.startsWith('of '))).toEqual([title, title])
    expect(titles).toHaveLength(title === 'of no group' ? 2 : 5)
  }
})

test.each([{ role: 'reader' }, { disabled: true }])(
  'the last admin counts for each group: %j',
  async change => {
    const { app, a, common } = await started()
    const idOf = async (email: string) =>
      (await app.database.user.findUniqueOrThrow({ where: { email } })).id
    const [ada, rin] = [await idOf(a.emailOf('admin')), await idOf(a.emailOf('reader'))]
    const admin = await a.as('admin')
    const patch = (id: string, body: object) =>
      admin.send(`/api/admin/users/${id}`, { method: 'PATCH', body })
    const refused = await patch(ada, change)
    expect([refused.status, refused.body.code]).toEqual([409, 'last_admin'])
    expect((await patch(rin, { role: 'admin' })).status).toBe(200)
    expect((await patch(ada, change)).status).toBe(200)

    const root = await common('admin', 'session')
    const own = await idOf('common-admin@test.example')
    const last = await root.send(`/api/admin/users/${own}`, { method: 'PATCH', body: change })
    expect([last.status, last.body.code]).toEqual([409, 'last_admin'])
  },
)

test('an admin of a cast changes its people, as any admin does', async () => {
  const { app, a } = await started()
  const [admin, editor] = [await a.as('admin'), await a.as('editor', 'token')]
  const { id } = await app.database.user.findUniqueOrThrow({
    where: { email: a.emailOf('editor') },
  })
  expect((await admin.send(`/api/admin/users/${id}/devices`, { method: 'DELETE' })).status).toBe(
    204,
  )
  expect((await editor.send('/api/me')).status).toBe(401)
  const answer = await admin.send(`/api/admin/users/${id}`, {
    method: 'PATCH',
    body: { role: 'reader' },
  })
  expect([answer.status, answer.body.user.role]).toEqual([200, 'reader'])
})
