import { mkdirSync, writeFileSync } from 'node:fs'
import { inRoot } from '../../scripts/lib/paths.mjs'
import type { Report } from './bench.ts'
import { GROWTH_TARGET } from './growth.ts'
import type { Percentiles } from './measure.ts'
import type { Measured } from './requests.ts'
import { draw, type Plot, type Row, type Tone } from './svg.ts'
import { asRange, asRatio, inMilliseconds, whole } from './tables.ts'

const MILLISECONDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Draws what was measured, each plot a file in `docs/plots`. Returns their names. */
export function drawPlots({ results }: Report): string[] {
  const { requests, peers, growth, storm } = results
  const all = [...(requests ?? []), ...(peers ?? [])]
  const plots = Object.entries({
    ...(requests && { ratios: ratios(all), latency: latency(all) }),
    ...(growth && { growth: ofGrowth(growth) }),
    ...(storm && { storm: ofStorm(storm) }),
  })
  mkdirSync(inRoot('docs', 'plots'), { recursive: true })
  return plots.map(([name, plot]) => {
    const file = `docs/plots/${name}.svg`
    writeFileSync(inRoot(file), draw(plot))
    return file
  })
}

const toneOf = (name: string): Tone =>
  (['session', 'token'] as const).find(tone => name.startsWith(tone)) ?? 'other'
const isFirst = (one: Measured, at: number, all: Measured[]) =>
  one.id !== 'bare' || all.findIndex(({ id }) => id === 'bare') === at
const labelOf = ({ id, name, route }: Measured) =>
  id === 'bare' ? 'bare route' : `${name}: ${route.replace('/api', '').replace(/^\/me\/.*/, '/me')}`

export const ratios = (all: Measured[]): Plot => ({
  title: 'Requests a second, as a ratio to the bare route of the same process',
  note: 'Bar: median of the rounds. Line: the least and the most. Green: what is to be reached.',
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  show: value => value.toFixed(1),
  scale: value => value / 1.2,
  rows: all.filter(isFirst).map(one => ({
    label: labelOf(one),
    figure: `${asRatio(one.ratio.median)}  (${asRange(one.ratio, asRatio)})`,
    bars: [
      { from: 0, to: one.ratio.median, tone: toneOf(one.name) },
      { from: one.ratio.least, to: one.ratio.most, tone: toneOf(one.name), thin: true },
    ],
    target: one.target,
  })),
})

const inLogarithms = (values: number[]) => {
  const [least, most] = [Math.min(...values) / 1.3, Math.max(...values) * 1.1]
  return {
    ticks: MILLISECONDS.filter(tick => tick > least && tick < most),
    show: String,
    scale: (value: number) => Math.log(value / least) / Math.log(most / least),
  }
}

const percentiles = (label: string, tone: Tone, { p50, p95, p99 }: Percentiles): Row => ({
  label,
  figure: [p50, p95, p99].map(inMilliseconds).join(' · '),
  bars: [{ from: p50, to: p99, tone, thin: true }],
  dots: [p50, p95, p99].map(at => ({ at, tone })),
})

export const latency = (all: Measured[]): Plot => ({
  title: 'One request at a time, in milliseconds',
  note: 'The median, and what 95 and 99 of a hundred stay below. Each step is twice as long.',
  ...inLogarithms(all.flatMap(({ unloaded }) => [unloaded.p50, unloaded.p99])),
  rows: all.filter(isFirst).map(one => percentiles(labelOf(one), toneOf(one.name), one.unloaded)),
})

const ofGrowth = (growth: NonNullable<Report['results']['growth']>): Plot => ({
  title: 'One lookup, as a ratio to the same among the fewest records',
  note: `Line: the least and the most of the rounds. Green: what it may take, ${GROWTH_TARGET}.`,
  ticks: [0, 0.5, 1, 1.5, 2],
  show: value => value.toFixed(1),
  scale: value => value / 2.2,
  rows: growth.map(({ place, lookup, records, microseconds, ratio }) => {
    const tone = toneOf(lookup)
    return {
      label: `${lookup}, ${place}, ${whole(records)}`,
      figure: `${asRatio(ratio.median)}  (${whole(microseconds.median)} µs)`,
      bars: [
        { from: 0, to: ratio.median, tone },
        { from: ratio.least, to: ratio.most, tone, thin: true },
      ],
      target: GROWTH_TARGET,
    }
  }),
})

const ofStorm = ({
  quiet,
  meanwhile,
  perSecond,
}: NonNullable<Report['results']['storm']>): Plot => ({
  title: `${whole(perSecond)} reads a second by a session, in milliseconds`,
  note: 'The median, and what 95 and 99 of a hundred stay below. Each step is twice as long.',
  ...inLogarithms([quiet.p50, quiet.p99, meanwhile.p50, meanwhile.p99]),
  rows: [
    percentiles('nobody signing in', 'session', quiet),
    percentiles('fifty signing in at once', 'session', meanwhile),
  ],
})
