import { STEP_MAP } from '../wire/step-map.ts'
import type { Step, StepName } from '../wire/steps.ts'
import type { TellLocally } from './api.ts'

const MAX_STEPS = 1200
/** Steps come ten and more at a time: whoever watches is told once of all that came within this, in milliseconds. */
const BURST = 40

export type FeedState = {
  status: 'connecting' | 'open' | 'lost' | 'full'
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

/** The steps of this browser as they arrive: from the server over `GET /api/wire`, and those of the page itself. */
export function createWireFeed() {
  let state = EMPTY
  let source: EventSource | null = null
  // How far the browser's clock is ahead lies between two bounds: a request is received after it was sent, a step is told before it arrives.
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
    update({ steps: [...state.steps, step].slice(-MAX_STEPS) })
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

  function connect() {
    if (source) return
    const opened = new EventSource('/api/wire')
    source = opened
    opened.addEventListener('hello', event => {
      const { pairingCode, instance } = JSON.parse(event.data) as { pairingCode: string; instance: string }
      update({ status: 'open', pairingCode, instance })
    })
    opened.addEventListener('step', event => {
      const step = JSON.parse(event.data) as Step
      add(step)
      ahead.atMost = Math.min(ahead.atMost, Date.now() - Date.parse(step.at))
      compareClocks(step.traceId)
    })
    opened.addEventListener('ended', event => update({ ended: JSON.parse(event.data) }))
    opened.addEventListener('error', () => {
      // The browser tries again by itself, except where it was refused: it watches in too many tabs, or the server is gone.
      update({ status: opened.readyState === EventSource.CLOSED ? 'full' : 'lost' })
    })
  }

  function disconnect() {
    source?.close()
    source = null
  }

  const tell: TellLocally = (traceId, when, name, detail) => {
    if (!traceId) return
    const seq = when === 'before' ? 0 : 1_000_000
    const at = new Date(Date.now() - state.clockOffset).toISOString()
    const id = `${traceId}:${name}:${when}`
    const { lane } = STEP_MAP[name as StepName]
    add({ id, traceId, seq, at, durationMicros: null, lane, name, detail } as Step)
  }

  return {
    tell,
    getState: () => state,
    getEmpty: () => EMPTY,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /**
     * Watches while the page is visible. A browser has six connections to a host: tabs in the background give theirs back,
     * and are told what they missed when they return.
     */
    watchWhileVisible(): () => void {
      const follow = () => (document.visibilityState === 'visible' ? connect() : disconnect())
      follow()
      document.addEventListener('visibilitychange', follow)
      return () => {
        document.removeEventListener('visibilitychange', follow)
        disconnect()
      }
    },
    /** When a request of this page was sent, by this browser's clock. */
    noteSent(traceId: string, at: number) {
      sentAt.set(traceId, at)
      if (sentAt.size > 100) sentAt.delete([...sentAt.keys()][0] ?? '')
      compareClocks(traceId)
    },
    forgetEnded: () => update({ ended: null }),
    clear: () => update({ steps: [] }),
  }
}

export type WireFeed = ReturnType<typeof createWireFeed>
