import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createChannelId } from '../../../lib/wire/channel-id.ts'
import { LIMITS } from '../../../lib/wire/limits.ts'
import { startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { openStream } from '../../fixtures/stream.ts'
import { CHANNEL_KEYS } from '../../fixtures/wire.ts'

// What somebody who is not signed in can make this server keep.

/** The requests that once filled a process: 7 KB of query and 7 KB of a header each. */
const flood = async (client: ReturnType<typeof createClient>, requests: number) => {
  for (let count = 0; count < requests; count += 1)
    await client.deliver(`/api/nothing?${'q'.repeat(7000)}`, {
      headers: { 'x-long': 'h'.repeat(7000) },
    })
}

test('a flood of long requests fills a channel to its limit, and no further', async () => {
  const app = await startApp()
  const client = createClient(app)
  await flood(client, 200)
  expect(client.steps.length).toBeGreaterThan(600)
  const longest = Math.max(...client.steps.map(step => JSON.stringify(step).length))
  expect(longest).toBeLessThan(4_000)
  expect(app.bus.counts().bytes).toBeLessThanOrEqual(LIMITS.bytes)
})

test('a flood over many channels of one network is held to what a network may have', async () => {
  const app = await startApp()
  for (let channel = 0; channel < LIMITS.network.channels + 50; channel += 1) {
    const client = createClient(app, '198.51.100.7')
    await flood(client, 3)
  }
  expect(app.bus.counts().channels).toBeLessThanOrEqual(LIMITS.network.channels)
  expect(app.bus.counts().bytes).toBeLessThanOrEqual(LIMITS.network.bytes)
})

test('an address of IPv6 counts as its /48', async () => {
  const app = await startApp()
  const open = (address: string) =>
    openStream(createChannelId(CHANNEL_KEYS), { 'x-forwarded-for': address })
  const streams = []
  for (let host = 0; host < LIMITS.network.channels; host += 1)
    streams.push(await open(`2001:db8:7:${host.toString(16)}::1`))
  expect(app.bus.counts().listeners).toBe(LIMITS.network.channels)
  expect((await open('2001:db8:7:ffff::1')).response.status).toBe(429)
  expect((await open('2001:db8:8::1')).response.status).toBe(200)
})

test('streams that nobody reads keep next to nothing each: what they have not been sent is kept once', async () => {
  const app = await startApp()
  const client = createClient(app)
  const streams = await Promise.all(Array.from({ length: 4 }, () => openStream(client.channelId)))
  const before = process.memoryUsage().arrayBuffers
  await flood(client, 300)
  // Four windows of 8 KiB, and the step that went over each.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LIMITS.bytes)
  expect(app.bus.counts().bytes).toBeLessThanOrEqual(LIMITS.bytes)
  expect(streams).toHaveLength(4)
})

test.each(['a'.repeat(22), 'aaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb.cccccccccccccccccccccc'])(
  'an id that this server did not make is no channel, and a good one comes with the refusal: %s',
  async made => {
    const app = await startApp()
    const before = app.bus.counts()
    const client = createClient(app)
    const answer = await client.send('/api/wire', {
      headers: { cookie: `${COOKIES.wire}=${made}` },
    })
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated'])
    expect(client.channelId).not.toBe(made)
    const stream = await openStream(client.channelId)
    expect(stream.response.status).toBe(200)
    await stream.cancel()
    expect(app.bus.counts().channels).toBe(before.channels + 2)
  },
)

test.each([{ demo: false }, { demo: true, wire: false }])(
  'where there is no wire there is no such address: %j',
  async config => {
    const app = await startApp({ wire: false, ...config })
    const client = createClient(app)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect([method, (await client.deliver('/api/wire', { method })).status]).toEqual([
        method,
        404,
      ])
    await client.send('/api/me')
    const headers = { 'wire-channel': client.pairingCode }
    await client.send('/api/me', { headers })
    expect(client.steps).toEqual([])
  },
)

test('outside demo mode there is one where it is asked for', async () => {
  await startApp({ demo: false, wire: true })
  expect((await openStream(createChannelId(CHANNEL_KEYS))).response.status).toBe(200)
})
