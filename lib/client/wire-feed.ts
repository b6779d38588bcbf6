import { STEPS, type Step } from '../wire/steps.ts'
import type { ServerEvent } from './event-stream.ts'
import { pageNow } from './page-clock.ts'
import type { TellLocally } from './tell.ts'
import { type Cause, createConnection } from './wire-connection.ts'

const MAX_STEPS = 1200
/**
 * Steps come ten and more at a time: whoever watches is told once of all that came within this, in
 * milliseconds.
 */
const BURST = 40
/**
 * So long after a request was answered its steps have been told, also on a slow machine, where this
 * page watches the right channel. In milliseconds.
 */
const SILENCE = 10_000

export type FeedState = {
  status: 'connecting' | 'open' | Cause
  pairingCode: string | null
  instance: string | null
  steps: readonly Step[]
  /** The sign-in this browser used was ended elsewhere, and why. */
  ended: { mode: string; because: string } | null
  /** How far this browser's clock is ahead of the server's, in milliseconds. */
  clockOffset: number
}

const EMPTY: FeedState = {
  status: 'connecting',
  pairingCode: null,
  instance: null,
  steps: [],
  ended: null,
  clockOffset: 0,
}

/**
 * The steps of this browser as they arrive: from the server over `GET /api/wire` where it has a
 * wire, and those of the page itself.
 */
export function createWireFeed({ isOn = true }: { isOn?: boolean } = {}) {
  const initial: FeedState = isOn ? EMPTY : { ...EMPTY, status: 'off' }
  let state = initial
  let openedAt = 0
  // How far the browser's clock is ahead lies between two bounds: a request is received after it
  // was sent, a step is told before it arrives.
  const ahead = { atLeast: Number.NEGATIVE_INFINITY, atMost: Number.POSITIVE_INFINITY }
  const sentAt = new Map<string, number>()
  const listeners = new Set<() => void>()
  const seen = new Set<string>()

  let isTelling = false

  const tellListeners = () => {
    isTelling = false
    for (const listener of listeners) listener()
  }

  const update = (change: Partial<FeedState>) => {
    state = { ...state, ...change }
    if (!isTelling) setTimeout(tellListeners, BURST)
    isTelling = true
  }

  function add(step: Step) {
    if (seen.has(step.id)) return
    seen.add(step.id)
    const steps = [...state.steps, step]
    for (const dropped of steps.splice(0, steps.length - MAX_STEPS)) seen.delete(dropped.id)
    update({ steps })
  }

  /** As little difference as the bounds allow: two clocks that may agree are taken to agree. */
  function compareClocks(traceId: string) {
    const sent = sentAt.get(traceId)
    const isReceived = (step: Step) => step.traceId === traceId && step.name === 'request.received'
    const received = sent && state.steps.findLast(isReceived)
    if (received) ahead.atLeast = Math.max(ahead.atLeast, sent - Date.parse(received.at))
    const clockOffset = Math.min(Math.max(0, ahead.atLeast), ahead.atMost)
    if (clockOffset !== state.clockOffset) update({ clockOffset })
  }

  const connection = createConnection({
    onEvent({ event, data }: ServerEvent) {
      if (event === 'hello') {
        const { pairingCode, instance } = JSON.parse(data) as {
          pairingCode: string
          instance: string
        }
        openedAt = pageNow()
        update({ status: 'open', pairingCode, instance })
      }
      if (event === 'ended') update({ ended: JSON.parse(data) })
      if (event !== 'step') return
      const step = JSON.parse(data) as Step
      add(step)
      ahead.atMost = Math.min(ahead.atMost, pageNow() - Date.parse(step.at))
      compareClocks(step.traceId)
    },
    onCause: status => update({ status }),
  })

  /** A channel that says nothing of an answered request is not this browser's any more. */
  function expectSteps(traceId: string, sent: number) {
    if (!traceId || state.status !== 'open') return
    const isSilent = () => state.status === 'open' && sent > openedAt && !seen.has(`${traceId}:1`)
    setTimeout(() => isSilent() && connection.renew(), SILENCE)
  }

  const tell: TellLocally = (traceId, when, name, detail) => {
    if (!traceId) return
    const seq = when === 'before' ? 0 : 1_000_000
    const at = new Date(pageNow() - state.clockOffset).toISOString()
    const id = `${traceId}:${name}:${when}`
    const { lane } = STEPS[name]
    add({ id, traceId, seq, at, durationMicros: null, lane, name, detail } as Step)
  }

  return {
    tell,
    getState: () => state,
    getInitial: () => initial,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /**
     * Watches while the page is visible. A browser has six connections to a host: tabs in the
     * background give theirs back, and are told what they missed when they return.
     */
    watchWhileVisible(): () => void {
      if (!isOn) return () => undefined
      const follow = () =>
        document.visibilityState === 'visible' ? connection.start() : connection.stop()
      follow()
      document.addEventListener('visibilitychange', follow)
      window.addEventListener('online', connection.again)
      return () => {
        document.removeEventListener('visibilitychange', follow)
        window.removeEventListener('online', connection.again)
        connection.stop()
      }
    },
    /** When a request of this page was sent, by the page's clock. */
    noteSent(traceId: string, at: number) {
      sentAt.set(traceId, at)
      if (sentAt.size > 100) sentAt.delete([...sentAt.keys()][0] ?? '')
      compareClocks(traceId)
      expectSteps(traceId, at)
    },
    forgetEnded: () => update({ ended: null }),
    clear: () => update({ steps: [] }),
  }
}

export type WireFeed = ReturnType<typeof createWireFeed>
