import { describe, expect, test } from 'vitest'
import { MODES } from '../../lib/settings/settings.ts'
import { NAMES, type Name, sharedCluster } from '../fixtures/cluster.ts'
import {
  type Browser,
  createAccount,
  createBrowser,
  createSignedIn,
} from '../fixtures/cluster-browser.ts'
import { until } from '../fixtures/until.ts'

const cluster = sharedCluster()

/** What an instance after the other says to the same credential. */
async function statusesOf(
  browser: Browser,
  names: readonly Name[] = NAMES,
  headers = browser.headersOf(),
) {
  const statuses = []
  for (const at of names) statuses.push((await browser.send('/api/me', { at, headers })).status)
  return statuses
}

async function createAdmin(at: Name) {
  const admin = createBrowser(cluster())
  await admin.signIn('session', 'admin@demo.example', at)
  return admin
}

describe.each(MODES)('%s: what one instance ends, the next request to another is refused', mode => {
  test('a sign-out', async () => {
    const browser = await createSignedIn(cluster(), mode, 'app-1')
    const kept = browser.headersOf()
    expect(await statusesOf(browser)).toEqual([200, 200, 200])
    expect((await browser.signOut(mode, 'app-1')).status).toBe(204)
    expect(await statusesOf(browser, ['app-2', 'app-3', 'app-1'], kept)).toEqual([401, 401, 401])
  })

  test('a device that was ended', async () => {
    const { email } = await createAccount(cluster())
    const [mine, other] = [createBrowser(cluster()), createBrowser(cluster())]
    await mine.signIn(mode, email, 'app-1')
    await other.signIn(mode, email, 'app-2')
    const { body } = await mine.send('/api/devices', { at: 'app-3' })
    const ended = body.devices.find(({ current }: { current: boolean }) => !current)
    const answer = await mine.send(`/api/devices/${ended.id}`, { method: 'DELETE', at: 'app-1' })
    expect(answer.status).toBe(204)
    expect(await statusesOf(other, ['app-2', 'app-3', 'app-1'])).toEqual([401, 401, 401])
    expect(await statusesOf(mine)).toEqual([200, 200, 200])
  })

  test('an account that was disabled', async () => {
    const { email, id } = await createAccount(cluster())
    const browser = createBrowser(cluster())
    await browser.signIn(mode, email, 'app-2')
    expect(await statusesOf(browser)).toEqual([200, 200, 200])
    const admin = await createAdmin('app-3')
    const body = { disabled: true }
    expect(
      (await admin.send(`/api/admin/users/${id}`, { method: 'PATCH', body, at: 'app-1' })).status,
    ).toBe(200)
    expect(await statusesOf(browser, ['app-2', 'app-3', 'app-1'])).toEqual([401, 401, 401])
    // With what is kept nothing new can be had either, on any of them.
    for (const at of NAMES)
      expect((await browser.send(`/api/${mode}/refresh`, { method: 'POST', at })).status).toBe(401)
  })

  test('a role that was changed', async () => {
    const { email, id } = await createAccount(cluster())
    const browser = createBrowser(cluster())
    await browser.signIn(mode, email, 'app-2')
    const note = { method: 'POST', body: { title: 'One', body: 'Two' } }
    const admin = await createAdmin('app-3')
    const change = async (role: string, at: Name) =>
      (await admin.send(`/api/admin/users/${id}`, { method: 'PATCH', body: { role }, at })).status
    expect(await change('editor', 'app-1')).toBe(200)
    // A token from before the change is refused as a whole, and exchanged for one that is right.
    if (mode === 'token') {
      expect(await statusesOf(browser, ['app-3', 'app-2'])).toEqual([401, 401])
      const { body } = await browser.send('/api/token/refresh', { method: 'POST', at: 'app-3' })
      browser.accessToken = body.access_token
    }
    expect((await browser.send('/api/notes', { ...note, at: 'app-2' })).status).toBe(201)
    expect(await change('reader', 'app-3')).toBe(200)
    for (const at of ['app-1', 'app-2'] as const)
      expect((await browser.send('/api/notes', { ...note, at })).status).toBe(
        mode === 'session' ? 403 : 401,
      )
  })
})

test('a key that was rotated at one instance is published by all, and signs nobody out', async () => {
  const browsers = await Promise.all(MODES.map(mode => createSignedIn(cluster(), mode, 'app-2')))
  const admin = await createAdmin('app-1')
  const { status, body } = await admin.send('/api/admin/keys', {
    method: 'POST',
    body: { algorithm: 'ES256' },
    at: 'app-1',
  })
  expect([status, body.key.state]).toEqual([201, 'announced'])
  for (const at of NAMES) {
    const anybody = createBrowser(cluster())
    const kids = async () =>
      (await anybody.send('/.well-known/jwks.json', { at })).body.keys.map(
        ({ kid }: { kid: string }) => kid,
      )
    // An instance reads the keys again when what it knows of them is ten seconds old.
    await until(async () => (await kids()).includes(body.key.kid))
    for (const browser of browsers) expect((await browser.send('/api/me', { at })).status).toBe(200)
    const { body: state } = await admin.send('/api/admin/keys', { at })
    expect(state.keys.find(({ kid }: { kid: string }) => kid === body.key.kid).state).toBe(
      'announced',
    )
  }
})

test('of a hundred uses of one refresh token at once, spread over the instances, one is served and the family lives', async () => {
  const browser = await createSignedIn(cluster(), 'token', 'app-1')
  const headers = browser.headersOf()
  const at = (number: number): Name => NAMES[number % NAMES.length] ?? 'app-1'
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      browser.send('/api/token/refresh', { method: 'POST', headers, at: at(number) }),
    ),
  )
  const served = answers.filter(({ status }) => status === 200)
  const raced = answers.filter(
    ({ status, body, cookies }) =>
      status === 409 && body.code === 'refresh_raced' && cookies.length === 0,
  )
  expect([served.length, raced.length]).toEqual([1, 99])
  expect(new Set(answers.map(({ instance }) => instance)).size).toBe(3)
  browser.accessToken = served[0]?.body.access_token
  expect(await statusesOf(browser)).toEqual([200, 200, 200])
  for (const name of NAMES) {
    const next = await browser.send('/api/token/refresh', { method: 'POST', at: name })
    expect([name, next.status]).toEqual([name, 200])
  }
})
