import { MINUTE, SECOND } from '../clock.ts'
import { type Buffered, createBuffer } from './buffer.ts'
import { LIMITS } from './limits.ts'
import type { Listener, Notice } from './listener.ts'
import { createRooms, longestUnwatched } from './rooms.ts'
import type { SignIn } from './trace.ts'

/** A page that is being reloaded is still being watched. */
const LINGER = 2 * MINUTE
/**
 * How long it is known that a browser was given another channel: until its answer has arrived for
 * certain.
 */
const MOVED = 30 * SECOND

export type Watcher = { listener: Listener; next: number }

/** What is known of one channel. */
export type Topic = {
  network: string
  watchers: Set<Watcher>
  buffer: Buffered
  lastWatched: number
  movedAt: number | null
  signIn: SignIn | null
  /** The last person, signed in or not any more. */
  accountId: string | null
  /**
   * What nobody was there to be told: a tab in the background does not watch, and learns it when it
   * comes back.
   */
  untold: Notice | null
}

const BUFFER = { steps: LIMITS.steps, bytes: LIMITS.bytes }

/** The channels there are, by their codes: so many of a network and in all, and so many bytes. */
export function createTopics(now: () => number) {
  const topics = new Map<string, Topic>()
  const codes = new Map<Topic, string>()
  const rooms = createRooms<Topic>(() => topics.values(), forget)

  function forget(topic: Topic) {
    rooms.change(topic, topic.buffer.clear)
    topics.delete(codes.get(topic) ?? '')
    codes.delete(topic)
  }

  /**
   * Whether somebody watches it, or did a moment ago; of one that was moved, whether that is still
   * to be known.
   */
  function isLive(topic: Topic): boolean {
    if (topic.watchers.size > 0) return true
    return topic.movedAt === null
      ? now() - topic.lastWatched < LINGER
      : now() - topic.movedAt < MOVED
  }

  const all = () => [...topics.values()]
  const ofNetwork = (network: string) => all().filter(topic => topic.network === network)

  /** Whether there is room for one more among these, once the longest unwatched has been let go. */
  function hasRoom(among: Topic[], most: number): boolean {
    if (among.length < most) return true
    const unwatched = longestUnwatched(among)
    if (unwatched) forget(unwatched)
    return unwatched !== undefined
  }

  return {
    isLive,
    all,
    ofNetwork,
    get: (code: string) => topics.get(code),
    entries: () => [...topics],
    size: () => topics.size,
    bytes: rooms.bytes,

    /** The topic of a code, made if there is none; null when there are too many. */
    open(code: string, network: string): Topic | null {
      const known = topics.get(code)
      if (known && (known.movedAt === null || isLive(known))) return known
      if (known) forget(known)
      if (
        !hasRoom(ofNetwork(network), LIMITS.network.channels) ||
        !hasRoom(all(), LIMITS.all.channels)
      )
        return null
      const made: Topic = {
        network,
        watchers: new Set(),
        buffer: createBuffer(BUFFER),
        lastWatched: now(),
        movedAt: null,
        signIn: null,
        accountId: null,
        untold: null,
      }
      topics.set(code, made)
      codes.set(made, code)
      return made
    },

    /** Changes what a topic keeps, such as by a step more. */
    change: rooms.change,
    makeRoomFor: rooms.makeRoomFor,

    forgetUnwatched() {
      for (const topic of all()) if (!isLive(topic)) forget(topic)
    },
  }
}

export const streamsIn = (topics: Topic[]): number =>
  topics.reduce((sum, topic) => sum + topic.watchers.size, 0)
