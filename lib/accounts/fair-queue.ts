/**
 * A line in which whoever comes waits for one turn of each other at most. A path names where one
 * belongs, from wide to narrow: networks, then the account. Lines beside each other take turns, and
 * a new one takes its first turn after each of the others had one: so it is within each line too.
 */
class Line<T> {
  /** The lines within this one, whoever's turn it is first. */
  readonly #lines = new Map<string, Line<T>>()
  readonly #waiting: T[] = []

  get isEmpty(): boolean {
    return this.#lines.size === 0 && this.#waiting.length === 0
  }

  add(job: T, [key, ...rest]: string[]): void {
    if (key === undefined) return void this.#waiting.push(job)
    const line = this.#lines.get(key) ?? new Line<T>()
    this.#lines.set(key, line)
    line.add(job, rest)
  }

  take(): T | undefined {
    for (const [key, line] of this.#lines) {
      this.#lines.delete(key)
      const job = line.take()
      if (!line.isEmpty) this.#lines.set(key, line)
      return job
    }
    return this.#waiting.shift()
  }

  /** Others keep their turns. */
  remove(job: T, [key, ...rest]: string[]): void {
    if (key === undefined) return void this.#waiting.splice(this.#waiting.indexOf(job), 1)
    const line = this.#lines.get(key)
    line?.remove(job, rest)
    if (line?.isEmpty) this.#lines.delete(key)
  }
}

/**
 * A bounded queue, fair by path: `[network, account]`, or `[network, network within it, account]`.
 * Jobs are told apart by identity.
 */
export class FairQueue<T extends object> {
  readonly #turns = new Line<T>()
  /** Everything that waits, in the order in which it came. */
  readonly #paths = new Map<T, string[]>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#paths.size
  }

  /**
   * Puts a job in its line. Where that is one too many, the newest of the longest network has to
   * go, and is returned: the job itself, where no network is longer than its own.
   */
  push(job: T, path: string[]): T | null {
    this.#paths.set(job, path)
    this.#turns.add(job, path)
    if (this.length <= this.#limit) return null
    const refused = newestOfLongest([...this.#paths])
    if (refused) this.remove(refused)
    return refused
  }

  /** Whether a job of this path would have to go as soon as it comes. */
  wouldRefuse(path: string[]): boolean {
    if (this.length < this.#limit) return false
    return newestOfLongest([...this.#paths, [null, path]]) === null
  }

  /** Takes the job whose turn it is. */
  next(): T | undefined {
    const job = this.#turns.take()
    if (job) this.#paths.delete(job)
    return job
  }

  /** Takes out a job that is not to be done any more. False if it does not wait here. */
  remove(job: T): boolean {
    const path = this.#paths.get(job)
    if (!path) return false
    this.#turns.remove(job, path)
    return this.#paths.delete(job)
  }
}

/**
 * The last one to come of the longest network. Of networks that are equally long, it is the one
 * with the newest.
 */
function newestOfLongest<T>(waiting: [T, string[]][]): T | null {
  let among = waiting.toReversed()
  // The last part of a path is no network.
  for (let depth = 0; depth < (among[0]?.[1].length ?? 0) - 1; depth += 1) {
    const networks = [...Map.groupBy(among, ([, path]) => path[depth]).values()]
    among = networks.reduce((longest, one) => (one.length > longest.length ? one : longest))
  }
  return among[0]?.[0] ?? null
}
