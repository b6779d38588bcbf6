import { readEvents, type ServerEvent } from './event-stream.ts'

/** Why nothing is watched just now: each has its own remedy, and all are tried again but `off`. */
export type Cause =
  /** The server was not reached, or could not answer. */
  | 'lost'
  /** This browser watches in five places already. */
  | 'full'
  /** Too many others watch, from this network or in all. */
  | 'busy'
  /** The browser takes no cookies from here, so it has no channel. */
  | 'blocked'
  /** This server has no wire. */
  | 'off'

type Outcome = Cause | 'ended' | 'moved'

/**
 * In milliseconds. Who was turned away comes again within half a minute, so that a place that gets
 * free is used.
 */
const SOON = 100
const AFTER_END = 500
const PLACE = 10_000
const COOKIE = 15_000
const LONGEST = 15_000
/** A stream that was open so long was a good one. */
const SETTLED = 1_000

/** Twice as long each time, and never longer than half of what people wait patiently. */
const doubling = (first: number, tries: number) =>
  Math.min(LONGEST, first * 2 ** Math.min(tries, 10))

function delayAfter(outcome: Outcome, tries: number): number {
  if (outcome === 'moved') return tries === 0 ? 0 : doubling(SOON, tries)
  if (outcome === 'ended') return AFTER_END
  if (outcome === 'blocked') return tries === 0 ? SOON : COOKIE
  return outcome === 'lost' ? doubling(AFTER_END, tries) : PLACE
}

/** Not all at once: a server that has just come back has many to greet. */
const spread = (milliseconds: number) => milliseconds * (0.75 + Math.random() / 4)

async function causeOf(response: Response): Promise<Cause> {
  const { code } = (await response.json().catch(() => ({}))) as { code?: string }
  if (response.status === 401) return 'blocked'
  if (response.status === 404) return 'off'
  if (response.status !== 429) return 'lost'
  return code === 'too_many_watchers' ? 'busy' : 'full'
}

type Handlers = { onEvent(event: ServerEvent): void; onCause(cause: Cause): void }

/**
 * Watches `GET /api/wire` for as long as it is told to, and comes back by itself whatever happened:
 * after a stream ended, a server that was away, a place that was not free. A stream that is moved
 * is followed to the new channel, and read to its end meanwhile.
 */
export function createConnection({ onEvent, onCause }: Handlers) {
  let running: AbortController | null = null
  let lastId: string | null = null
  let wake: () => void = () => undefined
  let giveUp: () => void = () => undefined

  /**
   * One stream, until it ends, is moved, or is given up; how that came about. `onHello` is called
   * once it is open.
   */
  async function watchOnce(signal: AbortSignal, onHello: () => void): Promise<Outcome> {
    const own = new AbortController()
    const either = AbortSignal.any([signal, own.signal])
    const headers: Record<string, string> = lastId ? { 'Last-Event-ID': lastId } : {}
    const response = await fetch('/api/wire', { headers, cache: 'no-store', signal: either }).catch(
      () => null,
    )
    if (!response) return 'lost'
    const { body } = response
    if (response.status !== 200 || !body) return causeOf(response)
    return new Promise(resolve => {
      giveUp = () => {
        own.abort()
        resolve('moved')
      }
      const read = async () => {
        for await (const event of readEvents(body)) {
          lastId = event.id ?? lastId
          if (event.event === 'hello') onHello()
          if (event.event === 'moved') resolve('moved')
          else if (!signal.aborted) onEvent(event)
        }
      }
      read()
        .catch(() => undefined)
        .finally(() => resolve('ended'))
    })
  }

  const sleep = (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
    })

  async function watch(signal: AbortSignal) {
    let tries = 0
    let before: Outcome | null = null
    for (;;) {
      let openedAt = Number.POSITIVE_INFINITY
      const outcome = await watchOnce(signal, () => {
        openedAt = performance.now()
      })
      if (signal.aborted) return
      // A channel that was moved greets and ends at once: the cookie of the new one has not arrived
      // yet.
      const hasLasted = performance.now() - openedAt > SETTLED
      tries = outcome === before && !hasLasted ? tries + 1 : 0
      before = outcome
      // Whoever came without a cookie was given one with the refusal: only who comes without again
      // takes none.
      const isFirstRefusal = outcome === 'blocked' && tries === 0
      if (outcome !== 'moved' && !isFirstRefusal) onCause(outcome === 'ended' ? 'lost' : outcome)
      if (outcome === 'off') return
      await sleep(spread(delayAfter(outcome, tries)), signal)
    }
  }

  return {
    start() {
      if (running) return
      running = new AbortController()
      void watch(running.signal)
    },
    stop() {
      running?.abort()
      running = null
    },
    /** Not later but now: something has changed that may help. */
    again: () => wake(),
    /**
     * Lets go of the stream and opens another: this one tells nothing of what this browser does.
     */
    renew: () => giveUp(),
  }
}
