import { describe, expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { isChannelId, pairingCodeOf } from '../../../lib/wire/channel-id.ts'
import { createAccount, PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { namesOf } from '../../fixtures/steps.ts'
import { openStream, readUntil } from '../../fixtures/stream.ts'

// What was told of one person never reaches the next at the same browser.

/** What the streams of these channels repeat to whoever opens them now. */
async function repeated(...channels: string[]): Promise<string> {
  const told = []
  for (const channel of channels) {
    const stream = await openStream(channel)
    const marker = createClientAt(channel)
    await marker.deliver('/api/health/live?marker')
    told.push(await readUntil(stream, '/api/health/live?marker'))
    await stream.cancel()
  }
  return JSON.stringify(told)
}

let app: Awaited<ReturnType<typeof startApp>>

function createClientAt(channel: string) {
  const client = createClient(app)
  client.jar.set(COOKIES.wire, channel)
  return client
}

async function start() {
  app = await startApp()
  for (const name of ['anna', 'bert']) await createAccount(app, 'editor', name)
  return createClient(app)
}

describe.each(MODES)('%s', mode => {
  test('a sign-out empties the channel, and the browser has another id and code', async () => {
    const client = await start()
    await client.signIn(mode, 'anna@test.example')
    await client.send('/api/notes', { headers: { 'auth-mode': mode } })
    const before = client.channelId
    expect(await repeated(before)).toContain('anna@test.example')
    const answer = await client.send(`/api/${mode}/sign-out`, { method: 'POST' })
    expect(namesOf(answer.steps)).toContain('response.sent')
    const after = client.channelId
    expect(isChannelId(app.passwordsFor.wire, after)).toBe(true)
    expect([after === before, pairingCodeOf(after) === pairingCodeOf(before)]).toEqual([
      false,
      false,
    ])
    expect(await repeated(after)).not.toContain('anna')
    const old = await openStream(before)
    expect([(await old.next())?.event, (await old.next())?.event, await old.next()]).toEqual([
      'hello',
      'moved',
      null,
    ])
    // An answer about a session that is over says nothing on the old channel to anybody who comes
    // later.
    await createClientAt(before).send('/api/me')
    expect(JSON.stringify(await (await openStream(before)).next())).not.toContain('anna')
  })

  test('a sign-in as another account does too; as the same one nothing changes', async () => {
    const client = await start()
    await client.signIn(mode, 'anna@test.example')
    const first = client.channelId
    await client.signIn(mode, 'anna@test.example')
    expect(client.channelId).toBe(first)
    await client.signIn(mode, 'bert@test.example')
    const second = client.channelId
    expect(second).not.toBe(first)
    await client.send('/api/me', { headers: { 'auth-mode': mode } })
    const told = await repeated(second)
    expect(told).toContain('bert@test.example')
    expect(told).not.toContain('anna')
  })

  test('a sign-in that failed takes nothing from whoever is here', async () => {
    const client = await start()
    await client.signIn(mode, 'anna@test.example')
    const before = client.channelId
    await client.signIn(mode, 'bert@test.example', 'certainly not the password')
    expect(client.channelId).toBe(before)
    expect(await repeated(before)).toContain('anna@test.example')
  })

  test('a sign-in that is ended from elsewhere leaves nothing, and who comes next has another channel', async () => {
    const client = await start()
    const elsewhere = createClient(app)
    await client.signIn(mode, 'anna@test.example')
    await client.send('/api/me', { headers: { 'auth-mode': mode } })
    const before = client.channelId
    await elsewhere.signIn('session', 'anna@test.example')
    await elsewhere.send('/api/devices', { method: 'DELETE' })
    expect(client.notices).toHaveLength(1)
    expect(await repeated(before)).not.toContain('anna@test.example')
    await client.signIn(mode, 'bert@test.example')
    expect(client.channelId).not.toBe(before)
  })

  test('removing the account is going, too', async () => {
    const client = await start()
    await client.signIn(mode, 'anna@test.example')
    const before = client.channelId
    const headers = { 'auth-mode': mode }
    await client.send('/api/me', { method: 'DELETE', body: { current: PASSWORD }, headers })
    expect(client.channelId).not.toBe(before)
    expect(await repeated(client.channelId)).not.toContain('anna')
  })

  test('switching the mode is going, too', async () => {
    const client = await start()
    await client.configure({ mode })
    const unsigned = client.channelId
    await client.signIn(mode, 'anna@test.example')
    await client.configure({ mode: mode === 'session' ? 'token' : 'session' })
    expect(client.channelId).not.toBe(unsigned)
    expect(await repeated(client.channelId)).not.toContain('anna')
  })
})

test('two sign-outs at once give the browser one new id, and both are seen to their end', async () => {
  const client = await start()
  for (const mode of MODES) await client.signIn(mode, 'anna@test.example')
  const before = client.steps.length
  const answers = await Promise.all(
    MODES.map(mode => client.deliver(`/api/${mode}/sign-out`, { method: 'POST' })),
  )
  const given = answers.flatMap(({ headers }) =>
    headers.getSetCookie().filter(line => line.startsWith(`${COOKIES.wire}=`)),
  )
  expect(given).toHaveLength(1)
  const ends = client.steps.slice(before).filter(step => step.name === 'response.sent')
  expect(ends).toHaveLength(2)
})

test('a terminal that is seen here signs out, and the browser keeps its channel', async () => {
  const client = await start()
  await client.signIn('session', 'anna@test.example')
  const terminal = createClient(app)
  const headers = { 'wire-channel': client.pairingCode }
  const body = { email: 'bert@test.example', password: PASSWORD }
  const own = terminal.channelId
  await terminal.send('/api/session/sign-in', { method: 'POST', body, headers })
  const answer = await terminal.send('/api/session/sign-out', { method: 'POST', headers })
  expect(answer.setCookies.filter(line => line.startsWith(COOKIES.wire))).toEqual([])
  expect(terminal.channelId).toBe(own)
  expect(await repeated(client.channelId)).toContain('anna@test.example')
})
