import { inspect } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { MODES, type Mode } from '../../lib/settings/settings.ts'
import { startBeside } from '../fixtures/app.ts'
import { type Client, createClient } from '../fixtures/client.ts'
import { signedIn } from '../fixtures/signed-in.ts'
import { detailOf } from '../fixtures/steps.ts'

// What was worked out once about the same bytes is remembered. Nothing else may be.

const TOLD = { session: 'cookie.unsealed', token: 'token.verified' } as const
const isKnown = async (client: Client, mode: Mode) =>
  detailOf((await client.send('/api/me', { headers: { 'auth-mode': mode } })).steps, TOLD[mode])
    .known

/** How a token is refused: outside, and the reason that the wire has. */
async function refusalOf(client: Client) {
  const { status, steps } = await client.send('/api/me', { headers: { 'auth-mode': 'token' } })
  return [status, detailOf(steps, 'token.refused').reason]
}

afterEach(() => void vi.useRealTimers())

/** How often anything is asked of Web Crypto, whose work is done in other threads. */
function countCryptography() {
  const spies = (['verify', 'decrypt', 'importKey', 'deriveBits', 'sign', 'digest'] as const).map(
    name => vi.spyOn(crypto.subtle, name),
  )
  return {
    calls: () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0),
    restore: () => spies.forEach(spy => void spy.mockRestore()),
  }
}

test.each(MODES)('%s: the second request says that it was known from before', async mode => {
  const { client } = await signedIn(mode)
  expect(await isKnown(client, mode)).toBe(false)
  expect(await isKnown(client, mode)).toBe(true)
})

test.each(MODES)(
  '%s: a request with what is known leaves the main thread for nothing',
  async mode => {
    const { client } = await signedIn(mode, { settings: { mode } })
    const ask = () => client.send('/api/me', { headers: { 'auth-mode': mode } })
    const cryptography = countCryptography()
    expect((await ask()).status).toBe(200)
    expect(cryptography.calls()).toBeGreaterThan(0)
    const first = cryptography.calls()
    expect((await ask()).status).toBe(200)
    expect(cryptography.calls()).toBe(first)
    // The settings decide the mode of a request that does not name it: then their seal is opened.
    await client.send('/api/me')
    expect(cryptography.calls()).toBeGreaterThan(first)
    cryptography.restore()
  },
)

test.each(MODES)('%s: nothing that signs in is remembered', async mode => {
  const { app, client } = await signedIn(mode)
  const remembered: unknown[] = []
  const remember = (_: string, answer: object) => void remembered.push(answer)
  vi.spyOn(app.knownSeals, 'set').mockImplementation(remember)
  vi.spyOn(app.keys.known, 'set').mockImplementation(remember)
  await client.send('/api/me', { headers: { 'auth-mode': mode } })
  if (mode === 'token') await client.send('/api/token/refresh', { method: 'POST' })
  expect(remembered.length).toBe(mode === 'token' ? 2 : 1)
  const text = inspect(remembered, { depth: 9 })
  // 43 characters are a secret of 256 bits, or the hash of one; the hashes are told by their name.
  const long = text.match(/\w+: '[\w-]{43,}'/g) ?? []
  expect(long.map(member => member.split(':')[0])).toEqual([mode === 'token' ? 'hash' : 'idHash'])
  for (const value of [client.accessToken, ...client.jar.values()])
    if (value) expect(text).not.toContain(value)
})

test('of an altered cookie or token nothing is known', async () => {
  for (const mode of MODES) {
    const { app, client } = await signedIn(mode)
    await isKnown(client, mode)
    const seal = client.jar.get(COOKIES.session) ?? ''
    const token = client.accessToken ?? ''
    const other = (text: string, at: number) =>
      `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
    const stranger = createClient(app)
    for (const share of [0.3, 0.6, 0.9]) {
      stranger.jar.set(COOKIES.session, other(seal, Math.floor(seal.length * share)))
      stranger.accessToken = other(token, Math.floor(token.length * share))
      const { status } = await stranger.send('/api/me', { headers: { 'auth-mode': mode } })
      expect({ mode, share, status }).toEqual({ mode, share, status: 401 })
    }
  }
})

test('a seal that is known opens in its own cookie alone', async () => {
  const { client } = await signedIn('session')
  expect((await client.send('/api/me')).status).toBe(200)
  client.jar.set(COOKIES.refresh, client.jar.get(COOKIES.session) ?? '')
  const { status, steps } = await client.send('/api/token/refresh', { method: 'POST' })
  expect([status, detailOf(steps, 'cookie.refused').cookie]).toEqual([401, COOKIES.refresh])
})

test('a seal that is known is over at the moment at which it is for anybody else', async () => {
  const { app, client } = await signedIn('session')
  expect((await client.send('/api/me')).status).toBe(200)
  const seal = client.jar.get(COOKIES.session) ?? ''
  const end = Number(seal.split('*')[5])
  const codes = new Set<string>()
  vi.useFakeTimers({ toFake: ['Date'] })
  for (const at of [end - 1, end, end + 59_999, end + 60_000, end + 60_001]) {
    vi.setSystemTime(at)
    const others = await startBeside(app)
    const answers = []
    for (const instance of [app, others]) {
      const visitor = createClient(instance)
      visitor.jar.set(COOKIES.session, seal)
      const { status, steps } = await visitor.send('/api/me', { at: instance })
      const refused = steps.flatMap(step =>
        step.name === 'access.refused' ? [step.detail.reason] : [],
      )
      answers.push(`${status} ${refused}`)
    }
    expect({ at: at - end, others: answers[1] }).toEqual({ at: at - end, others: answers[0] })
    codes.add(answers[0] ?? '')
  }
  expect([...codes]).toEqual(['200 ', '401 session.malformed'])
})

test('a token that is known is worth nothing once its key is gone', async () => {
  const { app, client } = await signedIn('token')
  await isKnown(client, 'token')
  expect(app.keys.known.size()).toBe(1)
  await app.database.signingKey.deleteMany()
  await app.keys.reload()
  expect(app.keys.known.size()).toBe(0)
  expect(await refusalOf(client)).toEqual([401, 'token.key_unknown'])
})

test('a token that is known is worth nothing once its key may not be used any more', async () => {
  const { app, client } = await signedIn('token')
  await isKnown(client, 'token')
  const longAgo = new Date(app.clock.now().getTime() - 3_600_000)
  await app.database.signingKey.updateMany({ data: { retiredAt: longAgo } })
  await app.keys.reload()
  expect(app.keys.known.size()).toBe(1)
  expect(await refusalOf(client)).toEqual([401, 'token.key_unknown'])
})

test('a token that is known stays known while its key does, however often keys are read', async () => {
  const { app, client } = await signedIn('token')
  await isKnown(client, 'token')
  await app.keys.reload()
  expect(await isKnown(client, 'token')).toBe(true)
})

test('a token that was found good for another service is not let in here', async () => {
  const secret = 'a client secret of forty characters: +/=%'
  const { app, client } = await signedIn('token', { config: { clients: { reports: secret } } })
  const exchanged = await client.send('/api/token/exchange', {
    method: 'POST',
    body: { audience: app.config.serviceAudiences[0] },
  })
  const token = exchanged.body.access_token
  const authorization = `Basic ${Buffer.from(`reports:${encodeURIComponent(secret)}`).toString('base64')}`
  const introspected = await createClient(app).send('/api/token/introspect', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization },
    rawBody: `token=${token}`,
  })
  expect(introspected.body.active).toBe(true)
  const stranger = createClient(app)
  stranger.accessToken = token
  expect(await refusalOf(stranger)).toEqual([401, 'token.audience_refused'])
})
