const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b)
const at = (numbers: number[], part: number) =>
  numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * part))]

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(numbers: number[]): number {
  const all = sorted(numbers)
  const [one = Number.NaN, other = Number.NaN] = [
    all[Math.ceil(all.length / 2) - 1],
    all[Math.floor(all.length / 2)],
  ]
  return (one + other) / 2
}

/** A median, and the least and the most of what it was made of: the noise. */
export type Spread = { median: number; least: number; most: number }

export const spreadOf = (numbers: number[]): Spread => ({
  median: median(numbers),
  least: Math.min(...numbers),
  most: Math.max(...numbers),
})

export type Percentiles = { p50: number; p95: number; p99: number }

export function percentilesOf(milliseconds: number[]): Percentiles {
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

/**
 * Goes through all of them so many times, each time beginning with another: what slows the machine
 * down for a while slows each of them.
 */
export async function inTurn<One>(
  all: One[],
  rounds: number,
  work: (one: One, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < all.length; turn += 1)
      await work(all[(turn + round) % all.length] as One, round)
}
