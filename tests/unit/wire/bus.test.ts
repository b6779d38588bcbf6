import { expect, test } from 'vitest'
import { createBus, createChannelId, isChannelId, isPairingCode, pairingCodeOf } from '../../../lib/wire/bus.ts'
import { listen, step } from '../../fixtures/wire.ts'

test('a channel has 128 random bits, and a code that is made from it one way only', () => {
  const ids = Array.from({ length: 100 }, createChannelId)
  expect(new Set(ids).size).toBe(100)
  for (const id of ids) {
    expect(Buffer.from(id, 'base64url')).toHaveLength(16)
    expect(isChannelId(id)).toBe(true)
    expect(isPairingCode(pairingCodeOf(id))).toBe(true)
    expect(pairingCodeOf(id)).toBe(pairingCodeOf(id))
    expect(isChannelId(pairingCodeOf(id))).toBe(false)
  }
  expect(new Set(ids.map(pairingCodeOf)).size).toBe(100)
})

test.each([undefined, '', 'a'.repeat(21), 'a'.repeat(23), `${'a'.repeat(21)}!`, `${'a'.repeat(22)}\n`])(
  '%j is no channel',
  value => {
    expect(isChannelId(value)).toBe(false)
  },
)

test('publishing where nobody ever watched does nothing and keeps nothing', () => {
  const bus = createBus(() => 0)
  const channel = bus.channel('a')
  expect(channel.isWatched()).toBe(false)
  channel.publish(step(1))
  channel.attach({ accountId: 'a', handle: 'h' })
  expect(bus.counts()).toEqual({ channels: 0, listeners: 0 })
  const { got, listener } = listen()
  bus.watch('a', listener, null)
  expect(got).toEqual([])
})

test('every listener of a channel gets its steps in order, and no other listener does', () => {
  const bus = createBus(() => 0)
  const [one, two, other] = [listen(), listen(), listen()]
  bus.watch('a', one.listener, null)
  bus.watch('a', two.listener, null)
  bus.watch('b', other.listener, null)
  for (const id of [1, 2, 3]) bus.channel('a').publish(step(id))
  expect([one.got, two.got, other.got]).toEqual([['1', '2', '3'], ['1', '2', '3'], []])
})

test.each([
  [null, ['1', '2', '3']],
  ['unknown', ['1', '2', '3']],
  ['1', ['2', '3']],
  ['3', []],
])('whoever last saw %j is told the rest first, and then what comes', (last, rest) => {
  const bus = createBus(() => 0)
  bus.watch('a', listen().listener, null)
  for (const id of [1, 2, 3]) bus.channel('a').publish(step(id))
  const late = listen()
  bus.watch('a', late.listener, last)
  bus.channel('a').publish(step(4))
  expect(late.got).toEqual([...rest, '4'])
})

test('a browser watches in five places at most', () => {
  const bus = createBus(() => 0)
  const stops = Array.from({ length: 5 }, () => bus.watch('a', listen().listener, null))
  expect(stops.every(Boolean)).toBe(true)
  expect(bus.watch('a', listen().listener, null)).toBeNull()
  expect(bus.watch('b', listen().listener, null)).not.toBeNull()
  stops[0]?.()
  expect(bus.watch('a', listen().listener, null)).not.toBeNull()
})

test('stopping twice is stopping once, and listeners return to the baseline', () => {
  const bus = createBus(() => 0)
  const stops = Array.from({ length: 5 }, (_, index) => bus.watch(`${index}`, listen().listener, null))
  expect(bus.counts()).toEqual({ channels: 5, listeners: 5 })
  for (const stop of [...stops, ...stops]) stop?.()
  expect(bus.counts().listeners).toBe(0)
})

test('what is kept for a channel is bounded: the oldest goes first', () => {
  const bus = createBus(() => 0)
  bus.watch('a', listen().listener, null)
  for (let id = 0; id < 1000; id += 1) bus.channel('a').publish(step(id))
  const late = listen()
  bus.watch('a', late.listener, null)
  expect(late.got).toHaveLength(600)
  expect(late.got[0]).toBe('400')
})

test('a channel lingers for two minutes while a page is loaded again, and is then forgotten', () => {
  let now = 0
  const bus = createBus(() => now)
  const stop = bus.watch('a', listen().listener, null)
  now = 1_000_000
  bus.forgetUnwatched()
  expect(bus.channel('a').isWatched()).toBe(true)
  stop?.()
  now += 119_999
  expect(bus.channel('a').isWatched()).toBe(true)
  now += 1
  expect(bus.channel('a').isWatched()).toBe(false)
  bus.forgetUnwatched()
  expect(bus.counts()).toEqual({ channels: 0, listeners: 0 })
})

test('there are 2000 channels at most; those nobody watches make room', () => {
  let now = 0
  const bus = createBus(() => now)
  const stops = Array.from({ length: 2000 }, (_, index) => bus.watch(`${index}`, listen().listener, null))
  expect(stops.every(Boolean)).toBe(true)
  expect(bus.watch('one more', listen().listener, null)).toBeNull()
  expect(bus.watch('0', listen().listener, null)).not.toBeNull()
  stops[7]?.()
  now = 120_000
  expect(bus.watch('one more', listen().listener, null)).not.toBeNull()
  expect(bus.counts().channels).toBe(2000)
})

test('who used a sign-in is told that it ended and comes back as nobody; who is signed in to an account is closed', () => {
  const bus = createBus(() => 0)
  const [mine, other] = [listen(), listen()]
  bus.watch('a', mine.listener, null)
  bus.watch('b', other.listener, null)
  bus.channel('a').attach({ accountId: 'one', handle: 'h1' })
  bus.channel('b').attach({ accountId: 'two', handle: 'h2' })
  bus.tellSignInEnded('h1', 'session', 'because')
  bus.tellSignInEnded('h1', 'session', 'again')
  bus.tellSignInEnded('h3', 'session', 'because')
  bus.closeForAccount('one')
  bus.closeForAccount('two')
  expect([mine.notices, other.notices]).toEqual([[{ mode: 'session', because: 'because' }], []])
  expect([mine.closed(), other.closed()]).toEqual([1, 1])
  bus.closeAll()
  expect([mine.closed(), other.closed()]).toEqual([2, 2])
})

test('a browser that was not watching when its sign-in ended is told once it comes back, and not of a later one', () => {
  const bus = createBus()
  const code = pairingCodeOf(createChannelId())
  const notices: string[] = []
  const listener = {
    step: () => undefined,
    signInEnded: ({ because }: { because: string }) => void notices.push(because),
    close: () => undefined,
  }
  const away = bus.watch(code, listener, null)
  bus.channel(code).attach({ accountId: 'a', handle: 'one' })
  away?.()
  bus.tellSignInEnded('one', 'session', 'ended_by_owner')
  bus.watch(code, listener, null)?.()
  bus.watch(code, listener, null)?.()
  expect(notices).toEqual(['ended_by_owner'])

  bus.channel(code).attach({ accountId: 'a', handle: 'two' })
  bus.tellSignInEnded('two', 'session', 'ended_by_admin')
  bus.channel(code).attach({ accountId: 'a', handle: 'three' })
  bus.watch(code, listener, null)
  expect(notices).toEqual(['ended_by_owner'])
})
