import { readFileSync } from 'node:fs'
import { Stop } from '../../scripts/lib/stop.mjs'
import type { Report } from './bench.ts'
import { asRange, asRatio, table } from './tables.ts'

/** An earlier document of `--json`. Stops with a sentence when it is none. */
export function readReport(file: string): Report {
  try {
    const text = readFileSync(file, 'utf8')
    // npm puts two lines before it, unless it is told to be silent.
    const report = JSON.parse(text.slice(text.indexOf('{')))
    if (typeof report.results === 'object' && report.results) return report
  } catch {
    // Said below.
  }
  throw new Stop(`--against ${file}: there is no document there that --json has made.`)
}

/** Each ratio then and now, of what both have measured. */
export function againstTable(earlier: Report, now: Report): string {
  const then = new Map(ratiosOf(earlier).map(one => [one.name, one.ratio]))
  return table(
    `Ratios on ${earlier.machine.date} and now`,
    ['ratio', 'then', 'of rounds', 'now', 'of rounds', 'now / then'],
    ratiosOf(now).flatMap(({ name, ratio }) => {
      const before = then.get(name)
      if (!before) return []
      const shown = [before, ratio].flatMap(one => [asRatio(one.median), asRange(one, asRatio)])
      return [[name, ...shown, asRatio(ratio.median / before.median)]]
    }),
  )
}

function ratiosOf({ results: { requests, peers, wire, storm, growth } }: Report) {
  return [
    ...[...(requests ?? []), ...(peers ?? [])]
      .filter(({ id }) => id !== 'bare')
      .map(({ name, route, ratio }) => ({ name: `${name}: ${route}`, ratio })),
    ...(wire?.watched ?? []).slice(1).map(({ who, ratio }) => ({ name: `wire: ${who}`, ratio })),
    ...(storm ? [{ name: 'storm: p99', ratio: storm.p99 }] : []),
    ...(growth ?? [])
      .filter(({ ratio }) => ratio.most !== 1 || ratio.least !== 1)
      .map(({ place, lookup, records, ratio }) => ({
        name: `growth: ${lookup}, ${place}, ${records}`,
        ratio,
      })),
  ]
}
