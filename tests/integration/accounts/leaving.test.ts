import { expect, test } from 'vitest'
import { MODES, type Mode } from '../../../lib/settings/settings.ts'
import { createAccount, PASSWORD, startApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'

const EMAIL = 'editor@test.example'

const started = (mode: Mode, config = {}) => signedIn(mode, { role: 'editor', config })

const leave = (client: Client, current = PASSWORD) =>
  client.send('/api/me', { method: 'DELETE', body: { current } })

test.each(MODES)(
  'in %s mode the account goes with everything of it, and every sign-in ends',
  async mode => {
    const { app, client } = await started(mode)
    await client.send('/api/notes', { method: 'POST', body: { title: 'One', body: 'Two' } })
    const others: Client[] = []
    for (const other of MODES) {
      const one = createClient(app)
      await one.signIn(other, EMAIL)
      others.push(one)
    }
    const answer = await leave(client)
    expect([answer.status, answer.body]).toEqual([204, null])
    expect(client.jar.has(mode === 'session' ? '__Host-session' : '__Host-refresh')).toBe(false)
    for (const one of [client, ...others]) expect((await one.send('/api/me')).status).toBe(401)
    expect((await others[1]?.send('/api/token/refresh', { method: 'POST' }))?.status).toBe(401)
    for (const one of others)
      expect(one.notices.map(({ because }) => because)).toEqual(['account_removed'])
    expect(client.notices).toEqual([])
    expect(await app.database.user.count()).toBe(0)
    expect(await app.database.note.count()).toBe(0)
    expect([await app.database.session.count(), await app.database.refreshFamily.count()]).toEqual([
      0, 0,
    ])
    expect((await createClient(app).signIn(mode, EMAIL)).status).toBe(401)
    expect(app.log.join('')).toContain('"event":"account.removed"')
  },
)

test('where sessions are kept in memory they end too', async () => {
  const { app, client } = await started('session', { sessionStore: 'memory' })
  const other = createClient(app)
  await other.signIn('session', EMAIL)
  expect((await leave(client)).status).toBe(204)
  for (const one of [client, other]) expect((await one.send('/api/me')).status).toBe(401)
})

test.each(MODES)('in %s mode a wrong password removes nothing, and is counted', async mode => {
  const { client } = await started(mode)
  for (let count = 0; count < 10; count += 1) {
    const answer = await leave(client, 'not the right password')
    expect([answer.status, answer.body.errors[0].path, answer.body.errors[0].code]).toEqual([
      422,
      'current',
      'wrong',
    ])
  }
  expect((await leave(client)).status).toBe(429)
  expect((await client.send('/api/me')).status).toBe(200)
})

test('the last admin stays, and one of two may go, also when both do at once', async () => {
  const app = await startApp()
  const admins = await Promise.all(
    ['one', 'two'].map(async name => {
      await createAccount(app, 'admin', name)
      const client = createClient(app)
      await client.signIn('session', `${name}@test.example`)
      return client
    }),
  )
  const answers = await Promise.all(admins.map(admin => leave(admin)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409])
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('last_admin')
  expect(await app.database.user.count()).toBe(1)
})

test('a sign-in that was ended meanwhile removes nothing', async () => {
  const { app, account, client } = await started('session')
  const { verify } = app.passwords
  Object.assign(app, {
    passwords: {
      ...app.passwords,
      async verify(...args: Parameters<typeof verify>) {
        await app.accounts.endSignIns(account.id, null)
        return verify(...args)
      },
    },
  })
  expect((await leave(client)).status).toBe(401)
  expect(await app.database.user.count()).toBe(1)
})

test('somebody who signs up with the same email later is somebody else', async () => {
  const { app, account, client } = await started('token')
  const kept = client.accessToken
  await leave(client)
  const body = { email: EMAIL, name: 'Another', password: 'lantern over a quiet river' }
  const made = await createClient(app).send('/api/accounts', { method: 'POST', body })
  expect(made.body.user.id).not.toBe(account.id)
  client.accessToken = kept
  expect((await client.send('/api/me', { headers: { 'auth-mode': 'token' } })).status).toBe(401)
})
