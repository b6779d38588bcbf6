import type { Measured } from './requests.ts'
import { asRange, asRatio, inMilliseconds, table, whole } from './tables.ts'

const COLUMNS = ['request', 'route', 'ratio', 'of rounds', 'target', 'requests/s']
const UNLOADED = ['p50, ms', 'p95', 'p99']

/** Ratios and latencies, of our own requests and of the peers' alike. */
export const requestTable = (heading: string, all: Measured[]): string =>
  table(
    heading,
    [...COLUMNS, ...UNLOADED],
    all.map(({ name, route, ratio, target, perSecond, unloaded: { p50, p95, p99 } }) => [
      name,
      route,
      asRatio(ratio.median),
      asRange(ratio, asRatio),
      target === null ? '' : `${asRatio(target)} ${ratio.median >= target ? '✓' : '✗'}`,
      whole(perSecond.median),
      ...[p50, p95, p99].map(inMilliseconds),
    ]),
  )

export const REQUESTS_HEADING = `Requests a second as a ratio to the bare route of the same process, which answers with a JSON
body as /api/me does; /api/verify answers with 204 and none. Milliseconds: on one connection.`

export const PEERS_HEADING = `Others on the same Next, each to the bare route of its own process.
Better Auth believes its cookie cache for five minutes, and getToken whatever was signed: what was
ended meanwhile is let in.`
