import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWireFeed } from '../../../lib/client/wire-feed.ts'
import { fakePage, fakeWire } from '../../fixtures/wire-server.ts'

const NOON = Date.parse('2026-01-01T12:00:00Z')

beforeEach(() => void vi.useFakeTimers({ now: NOON }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const HELLO = { pairingCode: 'aaaa-bbbb-cccc', instance: 'app-1' }

/**
 * A feed whose server's clock is `behind` milliseconds behind the browser's, and whose steps take
 * `delay` to arrive.
 */
async function watching(behind = 0) {
  const page = fakePage()
  const wire = fakeWire()
  const feed = createWireFeed()
  feed.watchWhileVisible()
  await wire.settle()
  wire.last().say('hello', HELLO)
  await wire.settle()
  let seq = 0
  const tell = async (traceId: string, delay = 0, on = wire.last()) => {
    seq += 1
    const at = new Date(Date.now() - behind - delay).toISOString()
    const id = `${traceId}:${seq}`
    const step = {
      id,
      traceId,
      seq,
      at,
      durationMicros: null,
      lane: 'server',
      name: 'request.received',
      detail: {},
    }
    on.say('step', step, id)
    await wire.settle()
  }
  return { feed, tell, wire, page }
}

const targetsOf = (feed: ReturnType<typeof createWireFeed>) =>
  feed.getState().steps.map(({ traceId }) => traceId)

test('takes two clocks that may agree to agree, however late steps arrive', async () => {
  const { feed, tell } = await watching(0)
  feed.noteSent('a', NOON - 1500)
  await tell('a', 1200)
  expect(feed.getState().clockOffset).toBe(0)
})

test('knows a browser whose clock is ahead, by when it sent and what the server read', async () => {
  const { feed, tell } = await watching(300_000)
  await tell('old', 60_000)
  expect(feed.getState().clockOffset).toBe(0)
  await tell('a', 40)
  feed.noteSent('a', NOON - 50)
  expect(feed.getState().clockOffset).toBe(299_990)
})

test('knows a browser whose clock is behind, since nothing arrives before it was told', async () => {
  const { feed, tell } = await watching(-300_000)
  await tell('a', 40)
  expect(feed.getState().clockOffset).toBe(-299_960)
})

test('keeps a step once, however often it is told', async () => {
  const { feed, tell } = await watching(0)
  await tell('a', 0)
  feed.tell('a', 'after', 'token.dropped', { where: 'memory' })
  feed.tell('a', 'after', 'token.dropped', { where: 'memory' })
  expect(feed.getState().steps.map(step => step.name)).toEqual([
    'request.received',
    'token.dropped',
  ])
})

test('a stream that ends is opened again, and read on after the last step', async () => {
  const { feed, tell, wire } = await watching()
  await tell('a')
  wire.last().end()
  await wire.settle()
  expect(feed.getState().status).toBe('lost')
  await wire.pass(500)
  expect(wire.last().headers.get('last-event-id')).toBe('a:1')
  wire.last().say('hello', HELLO)
  await wire.settle()
  expect([feed.getState().status, targetsOf(feed)]).toEqual(['open', ['a']])
})

test('a channel that is moved is followed at once: what was drawn stays, and the old one is read to its end', async () => {
  const { feed, tell, wire } = await watching()
  await tell('a')
  const old = wire.last()
  old.say('moved', {})
  await wire.pass(0)
  expect([wire.streams.length, feed.getState().status]).toEqual([2, 'open'])
  wire.last().say('hello', { ...HELLO, pairingCode: 'dddd-eeee-ffff' })
  await tell('late', 0, old)
  await tell('b')
  old.end()
  await wire.settle()
  expect([targetsOf(feed), feed.getState().pairingCode]).toEqual([
    ['a', 'late', 'b'],
    'dddd-eeee-ffff',
  ])
  expect([wire.streams.length, feed.getState().status]).toEqual([2, 'open'])
})

test('while the cookie of the new channel has not arrived it comes again, soon and less soon', async () => {
  const { wire } = await watching()
  for (let count = 0; count < 4; count += 1) {
    wire.last().say('moved', {})
    wire.last().end()
    await wire.pass(2_000)
    wire.last().say('hello', HELLO)
    await wire.settle()
  }
  expect(wire.streams).toHaveLength(5)
})

test.each([
  [502, 'lost'],
  [503, 'lost'],
  ['unreachable', 'lost'],
  [{ status: 429, body: { code: 'too_many_streams' } }, 'full'],
  [{ status: 429, body: { code: 'too_many_watchers' } }, 'busy'],
] as const)(
  'after %j it says why, and comes back by itself within half a minute',
  async (plan, cause) => {
    const { feed, wire } = await watching()
    wire.plan(plan, plan, plan)
    wire.last().end()
    await wire.pass(600)
    expect(feed.getState().status).toBe(cause)
    const before = wire.requests.length
    await wire.pass(30_000)
    expect(wire.requests.length).toBeGreaterThan(before)
    await wire.pass(30_000)
    wire.last().say('hello', HELLO)
    await wire.settle()
    expect(feed.getState().status).toBe('open')
  },
)

test('however long a server is away, it is asked no less often than every quarter of a minute, and not all the time', async () => {
  const { wire } = await watching()
  wire.plan(...Array<'unreachable'>(1000).fill('unreachable'))
  wire.last().end()
  await wire.pass(600_000)
  const waits = wire.requests.slice(2).map((at, index) => at - (wire.requests[index + 1] ?? 0))
  expect(Math.max(...waits)).toBeLessThanOrEqual(15_000)
  expect(wire.requests.length).toBeLessThan(70)
})

test('only a browser that comes without a cookie again, though it was given one, blocks them', async () => {
  const page = fakePage()
  const wire = fakeWire()
  const feed = createWireFeed()
  wire.plan(401)
  feed.watchWhileVisible()
  await wire.settle()
  expect(feed.getState().status).toBe('connecting')
  await wire.pass(100)
  expect(wire.streams).toHaveLength(1)
  page.show('hidden')
  wire.plan(401, 401)
  page.show('visible')
  await wire.pass(200)
  expect(feed.getState().status).toBe('blocked')
  await wire.pass(15_000)
  expect(wire.streams).toHaveLength(2)
})

test('where there is no wire it is not asked for again, and where that is known not at all', async () => {
  fakePage()
  const wire = fakeWire()
  wire.plan(404)
  const feed = createWireFeed()
  feed.watchWhileVisible()
  await wire.pass(120_000)
  expect([feed.getState().status, wire.requests.length]).toEqual(['off', 1])
  const without = createWireFeed({ isOn: false })
  without.watchWhileVisible()
  await wire.pass(120_000)
  expect([without.getState().status, wire.requests.length]).toEqual(['off', 1])
})

test('a page that cannot be seen gives its place back, and one that comes online does not wait', async () => {
  const { wire, page } = await watching()
  page.show('hidden')
  await wire.settle()
  expect(wire.last().isGone()).toBe(true)
  wire.plan('unreachable', 'unreachable')
  page.show('visible')
  await wire.pass(500)
  const before = wire.requests.length
  page.comeOnline()
  await wire.pass(0)
  expect(wire.requests.length).toBe(before + 1)
})

test('a channel that says nothing of a request that was answered is let go, and one that does is kept', async () => {
  const { feed, tell, wire } = await watching()
  await wire.pass(10)
  feed.noteSent('known', Date.now())
  const id = 'known:1'
  wire
    .last()
    .say(
      'step',
      { id, traceId: 'known', at: new Date().toISOString(), name: 'request.received' },
      id,
    )
  await wire.pass(12_000)
  expect(wire.streams).toHaveLength(1)
  feed.noteSent('elsewhere', Date.now())
  await wire.pass(12_000)
  expect(wire.streams).toHaveLength(2)
  expect(wire.streams[0]?.isGone()).toBe(true)
  wire.last().say('hello', HELLO)
  await tell('b')
  expect(targetsOf(feed)).toContain('b')
})
