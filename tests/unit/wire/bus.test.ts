import { expect, onTestFinished, test, vi } from 'vitest'
import { createBus } from '../../../lib/wire/bus.ts'
import { LIMITS } from '../../../lib/wire/limits.ts'
import type { Step } from '../../../lib/wire/steps.ts'
import { listen, step, watch } from '../../fixtures/wire.ts'

test('publishing where nobody ever watched does nothing and keeps nothing', () => {
  const bus = createBus(() => 0)
  const channel = bus.channel('a')
  expect(channel.isWatched()).toBe(false)
  channel.publish(step(1))
  channel.attach({ accountId: 'a', handle: 'h' })
  expect(bus.counts()).toEqual({ channels: 0, listeners: 0, bytes: 0 })
  const { got, listener } = listen()
  watch(bus, 'a', listener, null)
  expect(got).toEqual([])
})

test('every listener of a channel gets its steps in order, and no other listener does', () => {
  const bus = createBus(() => 0)
  const [one, two, other] = [listen(), listen(), listen()]
  watch(bus, 'a', one.listener, null)
  watch(bus, 'a', two.listener, null)
  watch(bus, 'b', other.listener, null)
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
  watch(bus, 'a', listen().listener, null)
  for (const id of [1, 2, 3]) bus.channel('a').publish(step(id))
  const late = listen()
  watch(bus, 'a', late.listener, last)
  bus.channel('a').publish(step(4))
  expect(late.got).toEqual([...rest, '4'])
})

test('a browser watches in five places at most', () => {
  const bus = createBus(() => 0)
  const stops = Array.from({ length: 5 }, () => watch(bus, 'a', listen().listener, null))
  expect(stops.every(Boolean)).toBe(true)
  expect(watch(bus, 'a', listen().listener, null)).toBeNull()
  expect(watch(bus, 'b', listen().listener, null)).not.toBeNull()
  stops[0]?.()
  expect(watch(bus, 'a', listen().listener, null)).not.toBeNull()
})

test('stopping twice is stopping once, and listeners return to the baseline', () => {
  const bus = createBus(() => 0)
  const stops = Array.from({ length: 5 }, (_, index) =>
    watch(bus, `${index}`, listen().listener, null),
  )
  expect(bus.counts()).toMatchObject({ channels: 5, listeners: 5 })
  for (const stop of [...stops, ...stops]) stop?.()
  expect(bus.counts().listeners).toBe(0)
})

test('what is kept for a channel is bounded: the oldest goes first', () => {
  const bus = createBus(() => 0)
  watch(bus, 'a', listen().listener, null)
  for (let id = 0; id < 1000; id += 1) bus.channel('a').publish(step(id))
  const late = listen()
  watch(bus, 'a', late.listener, null)
  expect(late.got).toHaveLength(600)
  expect(late.got[0]).toBe('400')
})

test('a channel lingers for two minutes while a page is loaded again, and is then forgotten', () => {
  let now = 0
  const bus = createBus(() => now)
  const stop = watch(bus, 'a', listen().listener, null)
  now = 1_000_000
  bus.forgetUnwatched()
  expect(bus.channel('a').isWatched()).toBe(true)
  stop?.()
  now += 119_999
  expect(bus.channel('a').isWatched()).toBe(true)
  now += 1
  expect(bus.channel('a').isWatched()).toBe(false)
  bus.forgetUnwatched()
  expect(bus.counts()).toEqual({ channels: 0, listeners: 0, bytes: 0 })
})

test('there are 2000 channels at most; the longest unwatched makes room', () => {
  let now = 0
  const bus = createBus(() => now)
  const stops = Array.from({ length: 2000 }, (_, index) =>
    watch(bus, `${index}`, listen().listener, null, `n${index % 20}`),
  )
  expect(stops.every(Boolean)).toBe(true)
  expect(watch(bus, 'one more', listen().listener, null)).toBeNull()
  expect(watch(bus, '0', listen().listener, null)).not.toBeNull()
  stops[7]?.()
  now = 1
  stops[8]?.()
  expect(watch(bus, 'one more', listen().listener, null)).not.toBeNull()
  expect([bus.channel('7').isWatched(), bus.channel('8').isWatched()]).toEqual([false, true])
  expect(bus.counts().channels).toBe(2000)
})

test('who used a sign-in is told that it ended and comes back as nobody; who is signed in to an account is closed', () => {
  const bus = createBus(() => 0)
  const [mine, other] = [listen(), listen()]
  watch(bus, 'a', mine.listener, null)
  watch(bus, 'b', other.listener, null)
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
  const code = 'a'
  const notices: string[] = []
  const listener = {
    step: () => undefined,
    signInEnded: ({ because }: { because: string }) => void notices.push(because),
    moved: () => undefined,
    close: () => undefined,
  }
  const away = watch(bus, code, listener, null)
  bus.channel(code).attach({ accountId: 'a', handle: 'one' })
  away?.()
  bus.tellSignInEnded('one', 'session', 'ended_by_owner')
  watch(bus, code, listener, null)?.()
  watch(bus, code, listener, null)?.()
  expect(notices).toEqual(['ended_by_owner'])

  bus.channel(code).attach({ accountId: 'a', handle: 'two' })
  bus.tellSignInEnded('two', 'session', 'ended_by_admin')
  bus.channel(code).attach({ accountId: 'a', handle: 'three' })
  watch(bus, code, listener, null)
  expect(notices).toEqual(['ended_by_owner'])
})

/** A step that says so many letters. */
const long = (id: number, letters: number) =>
  ({ id: `${id}`, name: 'notes.read', detail: { text: 'x'.repeat(letters) } }) as unknown as Step

test('the bytes of a channel are bounded, whatever its steps say', () => {
  const bus = createBus(() => 0)
  watch(bus, 'a', listen().listener, null)
  for (let id = 0; id < 200; id += 1) {
    bus.channel('a').publish(long(id, 16_000))
    expect(bus.counts().bytes).toBeLessThanOrEqual(LIMITS.bytes)
  }
  expect(bus.counts().bytes).toBeGreaterThan(LIMITS.bytes / 2)
  bus.channel('a').publish(long(999, 2 * LIMITS.bytes))
  expect(bus.counts().bytes).toBeLessThanOrEqual(LIMITS.bytes)
})

test('what one network fills pushes out its own, the longest unwatched first, and nobody else', () => {
  let now = 0
  const bus = createBus(() => now)
  const mine = listen()
  watch(bus, 'mine', mine.listener, null, 'me')
  bus.channel('mine').publish(long(1, 1000))
  for (let channel = 0; channel < LIMITS.network.channels; channel += 1) {
    const stop = watch(bus, `${channel}`, listen().listener, null, 'stranger')
    for (let id = 0; id < 40; id += 1) bus.channel(`${channel}`).publish(long(id, 15_000))
    stop?.()
    now += 1
    expect(bus.counts().bytes).toBeLessThanOrEqual(LIMITS.network.bytes + 2000)
  }
  expect(bus.channel('0').isWatched()).toBe(false)
  expect(bus.channel(`${LIMITS.network.channels - 1}`).isWatched()).toBe(true)
  const again = listen()
  watch(bus, 'mine', again.listener, null, 'me')
  expect(again.got).toEqual(['1'])
})

test('all networks together keep no more than there is room for, watched or not', () => {
  const bus = createBus(() => 0)
  for (let channel = 0; channel < 400; channel += 1) {
    watch(bus, `${channel}`, listen().listener, null, `network-${channel % 40}`)
    for (let id = 0; id < 20; id += 1) bus.channel(`${channel}`).publish(long(id, 15_000))
    expect(bus.counts().bytes).toBeLessThanOrEqual(LIMITS.all.bytes)
  }
  expect(bus.counts().bytes).toBeGreaterThan(LIMITS.all.bytes / 2)
})

test('one network has so many channels, and no more streams than it may; another has its own', () => {
  const bus = createBus(() => 0)
  for (let channel = 0; channel < LIMITS.network.channels; channel += 1)
    expect(watch(bus, `${channel}`, listen().listener, null, 'one')).not.toBeNull()
  expect(bus.watch('more', listen().listener, null, 'one')).toBe('too_many_watchers')
  const more = LIMITS.network.streams - LIMITS.network.channels
  for (let stream = 0; stream < more; stream += 1)
    expect(watch(bus, `${stream}`, listen().listener, null, 'one')).not.toBeNull()
  expect(bus.watch('199', listen().listener, null, 'one')).toBe('too_many_watchers')
  expect(watch(bus, 'more', listen().listener, null, 'two')).not.toBeNull()
})

test('a listener that cannot take more is waited for, and goes on where it was', () => {
  const bus = createBus(() => 0)
  const got: string[] = []
  let room = 2
  const listener = {
    ...listen().listener,
    step: ({ id }: { id: string }) => (room-- > 0 ? void got.push(id) : false),
  }
  const watching = bus.watch('a', listener, null)
  for (const id of [1, 2, 3, 4]) bus.channel('a').publish(step(id))
  expect(got).toEqual(['1', '2'])
  room = 5
  if (typeof watching !== 'string') watching.resume()
  expect(got).toEqual(['1', '2', '3', '4'])
})

test('a channel that was moved is emptied, tells its streams, and is watched by nobody any more', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const bus = createBus()
  const open = listen()
  watch(bus, 'a', open.listener, null)
  const channel = bus.channel('a')
  channel.attach({ accountId: 'one', handle: 'h1' })
  channel.publish(step(1))
  channel.move('b')
  channel.move('c')
  expect([open.moved(), open.closed(), channel.hasMoved(), bus.signInOf('a')]).toEqual([
    1,
    0,
    true,
    undefined,
  ])
  // What is done with the new one before a page watches it is not lost.
  expect([bus.channel('b').isWatched(), bus.channel('c').isWatched()]).toEqual([true, false])
  bus.channel('b').publish(step(3))
  const next = listen()
  watch(bus, 'b', next.listener, null)
  expect(next.got).toEqual(['3'])
  // What was under way is still told to those who were there, and to nobody who comes now.
  channel.publish(step(2))
  channel.attach({ accountId: 'one', handle: 'h1' })
  const late = listen()
  watch(bus, 'a', late.listener, null)
  expect([open.got, late.got, late.moved(), late.closed()]).toEqual([['1', '2'], [], 1, 1])
  expect(bus.signInOf('a')).toBeUndefined()
  vi.advanceTimersByTime(5_000)
  expect(open.closed()).toBe(1)
  expect(bus.watched()).toEqual([{ code: 'b', network: '' }])
  vi.advanceTimersByTime(30_000)
  bus.forgetUnwatched()
  expect(bus.counts().listeners).toBe(2)
})

test.each(['ended', 'closed'])(
  'of a person whose sign-in is %s from elsewhere nothing is repeated',
  how => {
    const bus = createBus(() => 0)
    watch(bus, 'a', listen().listener, null)
    bus.channel('a').attach({ accountId: 'one', handle: 'h1' })
    bus.channel('a').publish(step(1))
    if (how === 'ended') bus.tellSignInEnded('h1', 'session', 'because')
    else bus.closeForAccount('one')
    bus.channel('a').publish(step(2))
    const next = listen()
    watch(bus, 'a', next.listener, null)
    expect(next.got).toEqual(['2'])
    // Whoever comes next is still told apart from whoever was here.
    expect(bus.channel('a').accountId()).toBe('one')
  },
)
