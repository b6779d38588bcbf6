/** What a number of calls took, in milliseconds, and how many there were a second. */
export type Timing = { p50: number; p95: number; p99: number; perSecond: number }

const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b)
const at = (numbers: number[], part: number) =>
  numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * part))]

export const median = (numbers: number[]): number => at(sorted(numbers), 0.5) ?? Number.NaN

export function percentilesOf(milliseconds: number[]): Omit<Timing, 'perSecond'> {
  const all = sorted(milliseconds)
  const [p50 = Number.NaN, p95 = Number.NaN, p99 = Number.NaN] = [0.5, 0.95, 0.99].map(part =>
    at(all, part),
  )
  return { p50, p95, p99 }
}

/**
 * Does something so often, `atOnce` at a time, each as soon as one before it is done. Returns how
 * long each took, and all of them.
 */
export async function timeEach(work: () => Promise<unknown>, count: number, atOnce = 1) {
  const milliseconds: number[] = []
  const started = performance.now()
  let left = count
  async function one() {
    while (left > 0) {
      left -= 1
      const since = performance.now()
      await work()
      milliseconds.push(performance.now() - since)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return { milliseconds, seconds: (performance.now() - started) / 1000 }
}

/** What is measured of one variant in one round. */
export type Measured = { name: string; measure: () => Promise<Timing> }
/** The medians of all rounds, and how far the medians of single rounds lay apart: the noise. */
export type Result = Timing & { name: string; least: number; most: number }

/**
 * Measures variants in turn, round by round, each round beginning with another: what slows the
 * machine down for a while slows all of them. The first round warms up and does not count.
 */
export async function interleave(variants: Measured[], rounds: number): Promise<Result[]> {
  const timings = new Map<string, Timing[]>(variants.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1)
    for (let turn = 0; turn < variants.length; turn += 1) {
      const variant = variants[(turn + round) % variants.length]
      const timing = await variant?.measure()
      if (variant && timing && round > 0) timings.get(variant.name)?.push(timing)
    }
  return [...timings].map(([name, all]) => {
    const of = (member: keyof Timing) => median(all.map(timing => timing[member]))
    const medians = all.map(({ p50 }) => p50)
    const timing = { p50: of('p50'), p95: of('p95'), p99: of('p99'), perSecond: of('perSecond') }
    return { name, ...timing, least: Math.min(...medians), most: Math.max(...medians) }
  })
}
