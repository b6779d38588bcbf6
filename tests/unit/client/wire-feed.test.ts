import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWireFeed } from '../../../lib/client/wire-feed.ts'

type Handler = (event: { data: string }) => void

/** The browser's event source, as far as the feed uses it. */
class FakeSource {
  static last: FakeSource
  static readonly CLOSED = 2
  readyState = 1
  handlers = new Map<string, Handler>()
  constructor() {
    FakeSource.last = this
  }
  addEventListener(name: string, handler: Handler) {
    this.handlers.set(name, handler)
  }
  close() {
    this.readyState = FakeSource.CLOSED
  }
}

const NOON = Date.parse('2026-01-01T12:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ now: NOON })
  vi.stubGlobal('EventSource', FakeSource)
  vi.stubGlobal('document', {
    visibilityState: 'visible',
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A feed whose server's clock is `behind` milliseconds behind the browser's, and whose steps take `delay` to arrive. */
function watching(behind: number) {
  const feed = createWireFeed()
  feed.watchWhileVisible()
  let seq = 0
  const tell = (traceId: string, delay: number) => {
    seq += 1
    const at = new Date(Date.now() - behind - delay).toISOString()
    const step = {
      id: `${traceId}:${seq}`,
      traceId,
      seq,
      at,
      durationMicros: null,
      lane: 'server',
      name: 'request.received',
      detail: {},
    }
    FakeSource.last.handlers.get('step')?.({ data: JSON.stringify(step) })
  }
  return { feed, tell }
}

test('takes two clocks that may agree to agree, however late steps arrive', () => {
  const { feed, tell } = watching(0)
  feed.noteSent('a', NOON - 1500)
  tell('a', 1200)
  expect(feed.getState().clockOffset).toBe(0)
})

test('knows a browser whose clock is ahead, by when it sent and what the server read', () => {
  const { feed, tell } = watching(300_000)
  tell('old', 60_000)
  expect(feed.getState().clockOffset).toBe(0)
  tell('a', 40)
  feed.noteSent('a', NOON - 50)
  expect(feed.getState().clockOffset).toBe(299_990)
})

test('knows a browser whose clock is behind, since nothing arrives before it was told', () => {
  const { feed, tell } = watching(-300_000)
  tell('a', 40)
  expect(feed.getState().clockOffset).toBe(-299_960)
})

test('keeps a step once, however often it is told', () => {
  const { feed, tell } = watching(0)
  tell('a', 0)
  feed.tell('a', 'after', 'token.dropped', { where: 'memory' })
  feed.tell('a', 'after', 'token.dropped', { where: 'memory' })
  expect(feed.getState().steps.map(step => step.name)).toEqual(['request.received', 'token.dropped'])
})
