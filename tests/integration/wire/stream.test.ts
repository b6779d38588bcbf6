import { afterEach, expect, test, vi } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createChannelId, pairingCodeOf } from '../../../lib/wire/channel-id.ts'
import { createAccount, startApp, type TestApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { openStream as watch } from '../../fixtures/stream.ts'
import { CHANNEL_KEYS } from '../../fixtures/wire.ts'

afterEach(() => vi.useRealTimers())

const browserWith = (app: TestApp, channelId: string) => {
  const browser = createClient(app)
  browser.jar.set(COOKIES.wire, channelId)
  return browser
}

test('the stream says what it is, greets with the pairing code, and then tells each step with its id', async () => {
  const app = await startApp({ instance: 'blue-7' })
  const channelId = createChannelId(CHANNEL_KEYS)
  const { response, next, retry } = await watch(channelId)
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'authscope-instance': 'blue-7',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  })
  expect(await next()).toEqual({
    event: 'hello',
    data: { pairingCode: pairingCodeOf(channelId), instance: 'blue-7' },
  })
  expect(retry()).toBe(500)
  await browserWith(app, channelId).deliver('/api/health/live')
  for (const name of ['request.received', 'mode.chosen', 'response.sent']) {
    const event = await next()
    expect(event).toMatchObject({ event: 'step', data: { name } })
    expect(event?.id).toBe(event?.data.id)
  }
})

test('a browser that comes back reads on after the last step it saw', async () => {
  const app = await startApp()
  const channelId = createChannelId(CHANNEL_KEYS)
  const first = await watch(channelId)
  await browserWith(app, channelId).deliver('/api/health/live')
  await first.next()
  const seen = (await first.next())?.id ?? ''
  await first.cancel()
  await browserWith(app, channelId).deliver('/api/health/ready')
  const names = async (headers: Record<string, string>) => {
    const { next, cancel } = await watch(channelId, headers)
    await next()
    const told = []
    for (let count = 0; count < 5; count += 1) told.push((await next())?.data.name)
    await cancel()
    return told
  }
  const rest = ['mode.chosen', 'response.sent', 'request.received', 'mode.chosen', 'response.sent']
  expect(await names({ 'last-event-id': seen })).toEqual(rest)
  expect(await names({ 'last-event-id': 'unknown' })).toEqual([
    'request.received',
    ...rest.slice(0, 4),
  ])
})

test('nobody watches without a channel of their own', async () => {
  const app = await startApp()
  for (const cookie of [
    '',
    `${COOKIES.wire}=`,
    `${COOKIES.wire}=short`,
    `${COOKIES.wire}=${'a'.repeat(23)}`,
  ]) {
    const answer = await createClient(app).send('/api/wire', { headers: { cookie } })
    expect([answer.status, answer.body.code, answer.headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Session realm="authscope"',
    ])
  }
})

test.each(['cross-site', 'same-site'])('another site cannot open the stream: %s', async site => {
  const app = await startApp()
  const answer = await createClient(app).send('/api/wire', { headers: { 'sec-fetch-site': site } })
  expect([answer.status, answer.body.code]).toEqual([403, 'cross_site_request'])
  expect(app.bus.counts().listeners).toBe(1)
})

test('a browser watches in five places; the sixth is turned away, until one is closed', async () => {
  const app = await startApp()
  const channelId = createChannelId(CHANNEL_KEYS)
  const streams = []
  for (let count = 0; count < 5; count += 1) streams.push(await watch(channelId))
  const headers = { cookie: `${COOKIES.wire}=${channelId}` }
  const sixth = await createClient(app).send('/api/wire', { headers })
  expect([sixth.status, sixth.body.code, sixth.headers.get('retry-after')]).toEqual([
    429,
    'too_many_streams',
    '10',
  ])
  await streams[0]?.cancel()
  expect((await watch(channelId)).response.status).toBe(200)
  expect((await watch(createChannelId(CHANNEL_KEYS))).response.status).toBe(200)
})

test('listeners are gone when their readers are', async () => {
  const app = await startApp()
  const before = app.bus.counts().listeners
  const streams = await Promise.all(
    Array.from({ length: 20 }, () => watch(createChannelId(CHANNEL_KEYS))),
  )
  expect(app.bus.counts().listeners).toBe(before + 20)
  await Promise.all(streams.map(stream => stream.cancel()))
  expect(app.bus.counts().listeners).toBe(before)
})

test('all streams end when the server is about to stop', async () => {
  const app = await startApp()
  const streams = await Promise.all(
    Array.from({ length: 10 }, () => watch(createChannelId(CHANNEL_KEYS))),
  )
  app.bus.closeAll()
  for (const { next } of streams) {
    expect(await next()).toMatchObject({ event: 'hello' })
    expect(await next()).toBeNull()
  }
  expect(streams).toHaveLength(10)
})

test('a stream beats while nothing happens, and has an age at which it ends', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'clearInterval', 'clearTimeout'] })
  const app = await startApp()
  const response = await createClient(app).deliver('/api/wire')
  const text = response.text()
  vi.advanceTimersByTime(15 * 60_000)
  expect((await text).match(/: still here/g)?.length).toBeGreaterThan(50)
  vi.advanceTimersByTime(60_000)
})

test.each(['from the start', 'once it is far behind'])(
  'a reader who reads slowly %s is waited for, and gets every step in the end',
  async when => {
    const app = await startApp()
    await createAccount(app, 'editor')
    const author = await app.database.user.findFirstOrThrow()
    const note = {
      authorId: author.id,
      createdAt: app.clock.now(),
      title: 'Long',
      body: 'x'.repeat(4000),
    }
    await app.database.note.createMany({
      data: Array.from({ length: 100 }, (_, index) => ({ ...note, id: `note-${index}` })),
    })
    const browser = createClient(app)
    const before = app.bus.counts().listeners
    const early = when === 'from the start' ? await watch(browser.channelId) : null
    await browser.signIn('session', 'editor@test.example')
    // Each more than waits in the process for a reader who does not read.
    for (let count = 0; count < 5; count += 1)
      expect((await browser.deliver('/api/notes')).status).toBe(200)
    const all = browser.steps.map(step => step.id)

    const told: (string | undefined)[] = []
    let stream = early ?? (await watch(browser.channelId))
    while (told.length < all.length) {
      expect(stream.response.status).toBe(200)
      const event = await stream.next()
      if (event?.event === 'step') told.push(event.id)
      if (!event) stream = await watch(browser.channelId, { 'last-event-id': told.at(-1) ?? '' })
    }
    expect(told).toEqual(all)
    expect(app.bus.counts().listeners).toBeLessThanOrEqual(before + 1)
  },
)
