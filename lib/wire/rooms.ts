import { LIMITS } from './limits.ts'

/** What a channel takes, as far as its room is concerned. */
export type Roomy = {
  network: string
  watchers: { size: number }
  lastWatched: number
  buffer: { bytes(): number; length(): number; dropOldest(count: number): void }
}

const largestOf = <T extends Roomy>(topics: T[]): T | undefined =>
  topics.reduce<T | undefined>(
    (most, topic) => (topic.buffer.bytes() > (most?.buffer.bytes() ?? 0) ? topic : most),
    undefined,
  )

/** Of those nobody watches the one that has been so the longest. */
export const longestUnwatched = <T extends Roomy>(topics: T[]): T | undefined =>
  topics
    .filter(topic => topic.watchers.size === 0)
    .reduce<T | undefined>(
      (oldest, topic) => (oldest && oldest.lastWatched <= topic.lastWatched ? oldest : topic),
      undefined,
    )

/**
 * Keeps the bytes of all channels within their limits, those of one network first: who fills the
 * wire pushes out their own. `forget` lets go of a channel that nobody watches.
 */
export function createRooms<T extends Roomy>(all: () => Iterable<T>, forget: (topic: T) => void) {
  const ofNetwork = new Map<string, number>()
  let bytes = 0

  function count(network: string, change: number) {
    const now = (ofNetwork.get(network) ?? 0) + change
    if (now > 0) ofNetwork.set(network, now)
    else ofNetwork.delete(network)
    bytes += change
  }

  /**
   * Each time round something goes: the longest unwatched whole, else the older half of the
   * largest.
   */
  function freeOne(spared: T, isCandidate: (topic: T) => boolean) {
    const holding = [...all()].filter(topic => topic.buffer.bytes() > 0 && isCandidate(topic))
    const unwatched = longestUnwatched(holding.filter(topic => topic !== spared))
    if (unwatched) return forget(unwatched)
    const largest = largestOf(holding)
    if (largest)
      change(largest, () => largest.buffer.dropOldest(Math.ceil(largest.buffer.length() / 2)))
    return undefined
  }

  /** Makes a change to what a channel keeps, and counts it. */
  function change(topic: T, make: () => void) {
    const before = topic.buffer.bytes()
    make()
    count(topic.network, topic.buffer.bytes() - before)
  }

  return {
    change,
    makeRoomFor(topic: T) {
      const { network } = topic
      while ((ofNetwork.get(network) ?? 0) > LIMITS.network.bytes)
        freeOne(topic, other => other.network === network)
      while (bytes > LIMITS.all.bytes) freeOne(topic, () => true)
    },
    bytes: () => bytes,
  }
}
