import { expect, test } from 'vitest'
import { installApp } from '../../lib/app.ts'
import { COOKIES } from '../../lib/http/cookies.ts'
import { MODES, type Mode } from '../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp, startBeside, type TestApp } from '../fixtures/app.ts'
import { type Client, createClient } from '../fixtures/client.ts'
import { portion } from '../fixtures/portion.ts'

// What came before what is decided by the commit in the database, never by comparing clocks.
// Instances here share one database; their clocks are told, and apart.

const READER = 'reader@test.example'
const NEXT = 'another long one, quite new'

/** A reader and an admin, who is signed in. */
async function started(ahead = 0) {
  const app = await startApp({}, { ahead })
  const reader = await createAccount(app, 'reader')
  await createAccount(app, 'admin')
  const admin = createClient(app)
  await admin.signIn('session', 'admin@test.example')
  const patch = (body: object, at?: TestApp, id = reader.id) =>
    admin.send(`/api/admin/users/${id}`, { method: 'PATCH', body, ...(at && { at }) })
  const another = (by: number) => startBeside(app, by - ahead)
  return { app, reader, admin, patch, another }
}

async function signIn(app: TestApp, mode: Mode, password = PASSWORD) {
  const client = createClient(app)
  installApp(app)
  const answer = await client.signIn(mode, READER, password)
  return { client, status: answer.status }
}

const statusOf = async (client: Client, mode: Mode, at?: TestApp) =>
  (await client.send('/api/me', { headers: { 'auth-mode': mode }, ...(at && { at }) })).status
const refresh = async (client: Client) => {
  client.accessToken = (
    await client.send('/api/token/refresh', { method: 'POST' })
  ).body.access_token
  return client.accessToken
}

test('a token that a change of role superseded stays refused, however often and quickly the role goes there and back', async () => {
  const { app, patch } = await started()
  const { client } = await signIn(app, 'token')
  const tokens: (string | null)[] = []
  // The clock stands still: all of it happens in one moment.
  for (let turn = 0; turn < 8; turn += 1) {
    for (const role of ['editor', 'reader']) expect((await patch({ role })).status).toBe(200)
    for (const token of tokens) {
      client.accessToken = token
      expect(await statusOf(client, 'token')).toBe(401)
    }
    tokens.push(await refresh(client))
    expect(await statusOf(client, 'token')).toBe(200)
  }
})

/**
 * Each way to end every sign-in of an account at once, by somebody who is signed in; and how those
 * get in who come afterwards.
 */
const ENDS = {
  'the account being disabled': async ({ patch }) => {
    expect((await patch({ disabled: true })).status).toBe(200)
    return { password: PASSWORD, mayEnter: false, afterwards: () => patch({ disabled: false }) }
  },
  'a change of password': async (_, owner) => {
    const body = { current: PASSWORD, next: NEXT }
    expect((await owner.send('/api/me/password', { method: 'PUT', body })).status).toBe(204)
    return { password: NEXT, mayEnter: false, afterwards: async () => undefined }
  },
  'the end of all others': async (_, owner) => {
    expect((await owner.send('/api/devices', { method: 'DELETE' })).status).toBe(204)
    return { password: PASSWORD, mayEnter: true, afterwards: async () => undefined }
  },
} satisfies Record<
  string,
  (
    of: Awaited<ReturnType<typeof started>>,
    owner: Client,
  ) => Promise<{ password: string; mayEnter: boolean; afterwards(): Promise<unknown> }>
>

test.each(Object.entries(ENDS))(
  'sign-ins that were let in beside %s are over for good, whatever else the database is busy with',
  async (_, end) => {
    const all = await started()
    const { app, patch, reader } = all
    const others = await Promise.all(
      ['a', 'b', 'c', 'd'].map(name => createAccount(app, 'reader', name)),
    )
    for (let round = 0; round < portion(2, 5); round += 1) {
      const owner = (await signIn(app, 'session')).client
      const busy = Array.from({ length: 20 }, (_, index) =>
        patch({ role: index % 8 < 4 ? 'editor' : 'reader' }, undefined, others[index % 4]?.id),
      )
      const entering = [...MODES, ...MODES, ...MODES].map(async mode => ({
        mode,
        ...(await signIn(app, mode)),
      }))
      const ended = await end(all, owner)
      const entered = (await Promise.all(entering)).filter(({ status }) => status === 200)
      await Promise.all(busy)
      const before = await Promise.all(entered.map(({ client, mode }) => statusOf(client, mode)))
      if (!ended.mayEnter) expect(before).toEqual(before.map(() => 401))
      await ended.afterwards()
      expect(await Promise.all(entered.map(({ client, mode }) => statusOf(client, mode)))).toEqual(
        before,
      )
      // Back to where it began, for the next round: nobody is signed in, so that none makes room
      // for another.
      await app.accounts.endSignIns(reader.id, null)
      await app.database.attempt.deleteMany()
      if (ended.password === PASSWORD) continue
      const hash = await app.passwords.hash(PASSWORD)
      const data = { passwordHash: hash.ok ? hash.value : '' }
      await app.database.user.updateMany({ where: { email: READER }, data })
    }
  },
)

/**
 * Sign-ins are on no list from here on, as those are that are just being made: nothing but the
 * account says that they have ended.
 */
function hideSignIns(...apps: TestApp[]) {
  const listByUser = async () => []
  for (const { sessions, tokens: families } of apps) {
    Object.assign(sessions, { listByUser })
    Object.assign(families, { listByUser })
  }
}

test.each(MODES)('%s: a sign-in of the very moment in which all are ended is ended', async mode => {
  const { app } = await started()
  hideSignIns(app)
  const owner = await signIn(app, 'session')
  const { client } = await signIn(app, mode)
  expect((await owner.client.send('/api/devices', { method: 'DELETE' })).status).toBe(204)
  expect([await statusOf(client, mode), await statusOf(owner.client, 'session')]).toEqual([
    401, 200,
  ])
})

test.each(MODES)(
  '%s: a later end by a clock that is behind takes no earlier one back',
  async mode => {
    const { app, another } = await started()
    const ahead = await another(5)
    hideSignIns(app, ahead)
    const { client } = await signIn(ahead, mode)
    const owner = await signIn(ahead, 'session')
    ahead.clock.advance(1)
    for (const at of [ahead, app]) {
      expect((await owner.client.send('/api/devices', { method: 'DELETE', at })).status).toBe(204)
      for (const one of [ahead, app]) expect(await statusOf(client, mode, one)).toBe(401)
    }
  },
)

test('a sign-in that was ended while it ended all others keeps neither itself nor anything', async () => {
  for (const mode of MODES) {
    const { app } = await started()
    const [one, two] = [(await signIn(app, mode)).client, (await signIn(app, 'session')).client]
    const { endSignIns } = app.accounts
    let isFirst = true
    Object.assign(app.accounts, {
      async endSignIns(...args: Parameters<typeof endSignIns>) {
        const mine = isFirst
        isFirst = false
        // The first was let in, and is overtaken here.
        if (mine) expect((await two.send('/api/devices', { method: 'DELETE' })).status).toBe(204)
        return endSignIns(...args)
      },
    })
    expect(
      (await one.send('/api/devices', { method: 'DELETE', headers: { 'auth-mode': mode } })).status,
    ).toBe(401)
    expect([await statusOf(one, mode), await statusOf(two, 'session')]).toEqual([401, 200])
  }
})

test('a token from an instance whose clock is ahead is superseded by a change of role at any other', async () => {
  const { patch, app, another } = await started()
  const ahead = await another(3)
  const { client } = await signIn(ahead, 'token')
  for (const role of ['editor', 'reader']) await patch({ role }, app)
  for (const at of [ahead, app]) expect(await statusOf(client, 'token', at)).toBe(401)
})

test.each([
  [5, -5, 300],
  [-5, 5, 11],
])(
  'a token made %i s off is good at once at an instance %i s off, when it lives for %i s',
  async (by, at, life) => {
    const { another } = await started(by)
    const [maker, asked] = [await another(by), await another(at)]
    const client = createClient(maker)
    await client.configure({ accessTokenSeconds: life, mode: 'token' })
    installApp(maker)
    await client.signIn('token', READER)
    for (const one of [maker, asked]) expect(await statusOf(client, 'token', one)).toBe(200)
  },
)

test('a new token is good at once everywhere, however many changes came before it', async () => {
  const { app, patch, another } = await started(5)
  const behind = await another(-5)
  const { client } = await signIn(app, 'token')
  for (const role of ['editor', 'reader', 'editor', 'reader', 'editor', 'reader', 'editor'])
    await patch({ role }, app)
  await refresh(client)
  for (const at of [app, behind]) expect(await statusOf(client, 'token', at)).toBe(200)
})

test('what was denied stays so by every clock there may be, whoever sweeps', async () => {
  const { app, another } = await started()
  const [ahead, behind] = [await another(4), await another(-5)]
  const client = createClient(app)
  await client.configure({ accessTokenSeconds: 20, mode: 'token' })
  installApp(app)
  await client.signIn('token', READER)
  const copy = client.accessToken
  await client.send('/api/token/sign-out', { method: 'POST' })
  client.accessToken = copy
  for (let seconds = 0; seconds < 30; seconds += 2) {
    for (const { clock } of [app, ahead, behind]) clock.advance(2)
    await ahead.sweep()
    // The family too: nothing but the denylist may stand between this token and being good.
    await app.database.refreshFamily.updateMany({ data: { endedAt: null } })
    for (const at of [app, ahead, behind]) expect(await statusOf(client, 'token', at)).toBe(401)
  }
  expect(await app.database.deniedToken.count()).toBe(1)
})

test.each([3600, 24 * 3600 - 60])(
  'what was ended stays so where a clock is set back by %i s',
  async seconds => {
    const { app, patch, another } = await started()
    const copies = await Promise.all(
      MODES.map(async mode => ({ mode, ...(await signIn(app, mode)) })),
    )
    const [, token] = copies
    await patch({ role: 'editor' })
    const superseded = token?.client.accessToken ?? null
    await refresh(token?.client as Client)
    for (const disabled of [true, false]) await patch({ disabled })
    app.clock.advance(310)
    await app.sweep()
    const setBack = await another(-seconds)
    await setBack.sweep()
    app.clock.turnBack(seconds)
    for (const at of [setBack, app]) {
      for (const { client, mode } of copies) expect(await statusOf(client, mode, at)).toBe(401)
      const old = createClient(at)
      old.accessToken = superseded
      expect(await statusOf(old, 'token', at)).toBe(401)
      expect((await token?.client.send('/api/token/refresh', { method: 'POST' }))?.status).toBe(401)
    }
  },
)

/** A session whose id was replaced after a change of role, and who still has the id from before. */
async function renewed(ahead = 0) {
  const all = await started(ahead)
  const { client } = await signIn(all.app, 'session')
  const copy = createClient(all.app)
  copy.jar.set(COOKIES.session, client.jar.get(COOKIES.session) ?? '')
  await all.patch({ role: 'editor' })
  expect((await client.send('/api/me')).setCookies).toHaveLength(1)
  expect(await statusOf(copy, 'session')).toBe(200)
  return { ...all, client, copy }
}

test('an id that a change of role superseded is dead where the clock was set back by an hour', async () => {
  const { app, another, copy, client } = await renewed()
  const setBack = await another(-3600)
  for (const at of [setBack, app]) expect(await statusOf(copy, 'session', at)).toBe(401)
  expect(await statusOf(client, 'session', app)).toBe(200)
})

test('an id that was found superseded by one clock is so by every other', async () => {
  const { app, another, copy, client } = await renewed(5)
  const behind = await another(-5)
  for (const { clock } of [app, behind]) clock.advance(11)
  for (const at of [app, behind, app]) expect(await statusOf(copy, 'session', at)).toBe(401)
  expect(await statusOf(client, 'session', behind)).toBe(200)
})

test('the eleventh sign-in is the newest, though the clock that says so is behind', async () => {
  for (const mode of MODES) {
    const { app, another } = await started()
    const behind = await another(-30)
    for (let count = 0; count < 10; count += 1) {
      await signIn(app, count % 2 ? 'token' : 'session')
      app.clock.advance(1)
    }
    const { client, status } = await signIn(behind, mode)
    expect([
      status,
      await statusOf(client, mode, behind),
      await statusOf(client, mode, app),
    ]).toEqual([200, 200, 200])
    expect(
      (await client.send('/api/devices', { headers: { 'auth-mode': mode } })).body.devices,
    ).toHaveLength(10)
  }
})

test('a copy that asks first after a change of role pushes nobody out: both keep the id, with the new role', async () => {
  const { app, patch } = await started()
  const { client } = await signIn(app, 'session')
  // Neither is a page of this browser's: they bring the cookie and nothing else.
  const bare = {
    cookie: `${COOKIES.session}=${client.jar.get(COOKIES.session)}`,
    'sec-fetch-site': '',
  }
  await patch({ role: 'editor' })
  for (let asked = 0; asked < 4; asked += 1) {
    for (const headers of [bare, { ...bare, 'sec-fetch-site': 'same-origin' }]) {
      const answer = await createClient(app).send('/api/me', { headers })
      expect([answer.status, answer.body.role, answer.setCookies]).toEqual([200, 'editor', []])
    }
    app.clock.advance(10)
  }
  // The owner's own page is given a new one, and the copy is worth nothing ten seconds later.
  expect((await client.send('/api/me')).setCookies).toHaveLength(1)
  app.clock.advance(11)
  expect((await createClient(app).send('/api/me', { headers: bare })).status).toBe(401)
  expect(await statusOf(client, 'session')).toBe(200)
})
