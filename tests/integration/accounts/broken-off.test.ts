import { expect, test } from 'vitest'
import { StoreUnavailable } from '../../../lib/store/database.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { type Client, createClient } from '../../fixtures/client.ts'

// What ends many sign-ins takes many steps. A crash after the first of them must not leave it half
// done.

const NEXT = 'another long one, quite new'

/**
 * Somebody signed in thrice, and an admin; after `breakOff`, no single sign-in can be ended any
 * more.
 */
async function started() {
  const app = await startApp()
  const account = await createAccount(app, 'reader')
  await createAccount(app, 'admin')
  const signIn = async (mode: 'session' | 'token', name = 'reader') => {
    const client = createClient(app)
    await client.signIn(mode, `${name}@test.example`)
    return client
  }
  const admin = await signIn('session', 'admin')
  const [mine, others] = [await signIn('session'), [await signIn('session'), await signIn('token')]]
  app.clock.advance(1)
  return { app, account, admin, mine, others }
}

function breakOff(app: TestApp) {
  const broken = () => Promise.reject(new StoreUnavailable('the process is gone'))
  const { sessions, tokens: families } = app
  const { deleteByHandle } = sessions
  const { end } = families
  Object.assign(sessions, { deleteByHandle: broken })
  Object.assign(families, { end: broken })
  return () => {
    Object.assign(sessions, { deleteByHandle })
    Object.assign(families, { end })
  }
}

async function expectAllOver(clients: Client[]) {
  for (const client of clients) expect((await client.send('/api/me')).status).toBe(401)
  const statuses = await Promise.all(
    clients.map(client => client.send('/api/token/refresh', { method: 'POST' })),
  )
  expect(statuses.map(({ status }) => status)).toEqual(clients.map(() => 401))
}

test('of a change of password', async () => {
  const { app, mine, others } = await started()
  const mend = breakOff(app)
  const body = { current: PASSWORD, next: NEXT }
  expect((await mine.send('/api/me/password', { method: 'PUT', body })).status).toBe(503)
  mend()
  for (const [password, status] of [
    [PASSWORD, 401],
    [NEXT, 200],
  ] as const)
    expect(
      (await createClient(app).signIn('session', 'reader@test.example', password)).status,
    ).toBe(status)
  await expectAllOver(others)
})

test('of the end of all others', async () => {
  const { app, mine, others } = await started()
  const mend = breakOff(app)
  expect((await mine.send('/api/devices', { method: 'DELETE' })).status).toBe(503)
  mend()
  await expectAllOver(others)
  expect((await mine.send('/api/devices')).body.devices).toHaveLength(1)
})

test('of disabling an account, which is enabled again later', async () => {
  const { app, account, admin, mine, others } = await started()
  const change = (disabled: boolean) =>
    admin.send(`/api/admin/users/${account.id}`, { method: 'PATCH', body: { disabled } })
  const mend = breakOff(app)
  expect((await change(true)).status).toBe(503)
  mend()
  // Whoever was told 503 asks again. There is nothing left to change, and nothing left undone.
  expect((await change(true)).status).toBe(200)
  expect((await change(false)).status).toBe(200)
  await expectAllOver([mine, ...others])
})
