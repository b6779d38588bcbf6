import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createProcessChannel, startProcess } from '../fixtures/process.ts'
import { credentialFor } from './credentials.ts'
import { load, type Target } from './load.ts'
import { inTurn, percentilesOf, type Spread, spreadOf } from './measure.ts'
import { paceFor } from './pace.ts'
import type { Place } from './places.ts'
import { asRange, asRatio, inMilliseconds, table, whole } from './tables.ts'
import { variantOf } from './variants.ts'

const PARAMETERS = { rounds: 7, seconds: 2 }
const QUICK = { rounds: 3, seconds: 1 }
export const WATCHED_TARGET = 1.05

/** p50 in milliseconds, by rounds; `ratio` is to the request without a cookie of the wire. */
export type Watched = { who: string; p50: Spread; ratio: Spread }
export type Wire = { perSecond: number; watched: Watched[] }

/** Watches a channel in another thread, so that reading takes no time of the driver's. */
async function watch(origin: string, cookie: string) {
  const worker = new Worker(new URL('./watcher.ts', import.meta.url), {
    workerData: { origin, cookie },
  })
  await once(worker, 'message')
  return {
    async stop(): Promise<number> {
      const told = once(worker, 'message')
      worker.postMessage('end')
      const [bytes] = await told
      await once(worker, 'exit')
      return bytes
    },
  }
}

/** What the wire costs a request: without its cookie, with nobody watching, and with a watcher. */
export async function measureWire(place: Place, quick: boolean): Promise<Wire> {
  const { rounds, seconds } = quick ? QUICK : PARAMETERS
  const app = await startProcess(place.environment)
  try {
    const variant = variantOf('session-sqlite-me')
    const headers = await credentialFor(app.origin, variant)
    const without: Target = { origin: app.origin, path: variant.route, headers }
    // What was watched a moment ago is still kept for a page that comes back: a channel for each.
    const [unwatched, channel] = [1, 2].map(() => `__Host-wire=${createProcessChannel()}`)
    const sentWith = (wire = '') => ({
      ...without,
      headers: { cookie: `${headers.cookie}; ${wire}` },
    })
    const cases = [
      { who: 'no cookie of the wire', target: without, isWatched: false, p50: [] as number[] },
      {
        who: 'nobody watching',
        target: sentWith(unwatched),
        isWatched: false,
        p50: [] as number[],
      },
      { who: 'one watcher', target: sentWith(channel), isWatched: true, p50: [] as number[] },
    ]
    await load(without, 16, 3)
    await load(sentWith(unwatched), 16, 3)
    const perSecond = Math.round((await load(without, 16, 3)).perSecond / 4)
    await inTurn(cases, rounds, async ({ target, isWatched, p50 }) => {
      const watcher = isWatched ? await watch(app.origin, channel ?? '') : null
      const milliseconds = await paceFor(target, perSecond, seconds)
      const bytes = await watcher?.stop()
      if (bytes !== undefined && bytes < milliseconds.length) throw new Error('nothing was shown')
      p50.push(percentilesOf(milliseconds).p50)
    })
    const base = cases[0]?.p50 ?? []
    const toRatio = (value: number, round: number) => value / (base[round] ?? Number.NaN)
    const watched = cases.map(({ who, p50 }) => ({
      who,
      p50: spreadOf(p50),
      ratio: spreadOf(p50.map(toRatio)),
    }))
    return { perSecond, watched }
  } finally {
    await app.kill()
  }
}

export const wireTable = ({ perSecond, watched }: Wire): string =>
  table(
    `What the wire costs: GET /api/me by a session, ${whole(perSecond)} a second; with one watcher it may
take ${asRatio(WATCHED_TARGET)} times as long`,
    ['watching', 'p50, ms', 'ratio', 'of rounds'],
    watched.map(({ who, p50, ratio }) => [
      who,
      inMilliseconds(p50.median),
      asRatio(ratio.median),
      asRange(ratio, asRatio),
    ]),
  )
