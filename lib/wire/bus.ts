import { MINUTE, SECOND } from '../clock.ts'
import { accept, type Result, refuse } from '../result.ts'
import { type Buffered, createBuffer, type KeptStep, toKept } from './buffer.ts'
import { LIMITS } from './limits.ts'
import { createRooms, longestUnwatched } from './rooms.ts'
import type { Step } from './steps.ts'

/** A page that is being reloaded is still being watched. */
const LINGER = 2 * MINUTE
/** How long it is known that a browser was given another channel: until its answer has arrived for certain. */
const MOVED = 30 * SECOND
/** How long the streams of a channel that was moved are still told of requests that were under way. */
const DRAIN = 5 * SECOND
/** How soon a browser that was turned away may ask again, in seconds. */
const RETRY_AFTER = 10

export type Listener = {
  /** False: not now. It is told again once `resume` is called. */
  step(step: KeptStep): boolean | undefined
  /** The sign-in this browser used was ended from elsewhere. */
  signInEnded(notice: Notice): void
  /** The browser has been given another channel: what it does from here on is told there. */
  moved(): void
  close(): void
}

/** Which sign-in a browser uses. */
export type SignIn = { accountId: string; handle: string }

export type Watching = { stop(): void; resume(): void }

/** Where the steps of one browser go. */
export type Channel = {
  /** False for a terminal, which is seen in a browser that is not its own. */
  isOwn: boolean
  isWatched(): boolean
  publish(step: Step): void
  /** Remembers which sign-in this browser uses, so that it can be told when it is ended elsewhere. */
  attach(signIn: SignIn): void
  /** Whose steps were told here last, or null. */
  accountId(): string | null
  hasMoved(): boolean
  /** Empties it, tells its streams that the browser has another channel, and ends them once what was under way is told. */
  move(): void
}

type Notice = { mode: string; because: string }
type Watcher = { listener: Listener; next: number }
type Topic = {
  network: string
  watchers: Set<Watcher>
  buffer: Buffered
  lastWatched: number
  movedAt: number | null
  signIn: SignIn | null
  /** The last person, signed in or not any more. */
  accountId: string | null
  /** What nobody was there to be told: a tab in the background does not watch, and learns it when it comes back. */
  untold: Notice | null
}

const BUFFER = { steps: LIMITS.steps, bytes: LIMITS.bytes }

/**
 * An in-memory bus of steps, one topic per browser, named by its pairing code. What is kept and who listens is bounded: per browser, per
 * network and in all (`limits.ts`). A listener that is slow is waited for, and misses what is not kept any more.
 */
export function createBus(now: () => number = Date.now) {
  const topics = new Map<string, Topic>()
  const codes = new Map<Topic, string>()
  const rooms = createRooms<Topic>(() => topics.values(), forget)

  function isLive(topic: Topic): boolean {
    if (topic.watchers.size > 0) return true
    return topic.movedAt === null ? now() - topic.lastWatched < LINGER : now() - topic.movedAt < MOVED
  }

  function forget(topic: Topic) {
    rooms.change(topic, topic.buffer.clear)
    topics.delete(codes.get(topic) ?? '')
    codes.delete(topic)
  }

  function forgetUnwatched() {
    for (const topic of [...topics.values()]) if (!isLive(topic)) forget(topic)
  }

  const ofNetwork = (network: string) => [...topics.values()].filter(topic => topic.network === network)

  /** Whether there is room for one more channel among these, once the longest unwatched has been let go. */
  function hasRoom(among: Topic[], most: number): boolean {
    if (among.length < most) return true
    const unwatched = longestUnwatched(among)
    if (unwatched) forget(unwatched)
    return unwatched !== undefined
  }

  /** The topic of a code, made if there is none; null when there are too many. */
  function open(code: string, network: string): Topic | null {
    const known = topics.get(code)
    if (known && (known.movedAt === null || isLive(known))) return known
    if (known) forget(known)
    if (!hasRoom(ofNetwork(network), LIMITS.network.channels)) return null
    if (!hasRoom([...topics.values()], LIMITS.all.channels)) return null
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
  }

  const empty = (topic: Topic) => rooms.change(topic, topic.buffer.clear)

  function deliver({ buffer, watchers }: Topic, watcher: Watcher) {
    watcher.next = Math.max(watcher.next, buffer.first())
    while (watchers.has(watcher)) {
      const step = buffer.at(watcher.next)
      if (!step) return
      // Counted before: a reader that waited asks for the next one while it is given this.
      watcher.next += 1
      if (watcher.listener.step(step) !== false) continue
      watcher.next -= 1
      return
    }
  }

  const listenersOf = (topic: Topic) => [...topic.watchers].map(({ listener }) => listener)
  const streamsIn = (some: Iterable<Topic>) => [...some].reduce((sum, topic) => sum + topic.watchers.size, 0)

  return {
    /** Meets the other instances, if there are any: so that what the first request shows is seen by a page on another. */
    warmUp: (): void => undefined,

    /** The channel behind a pairing code. Publishing to one that nobody watches does nothing. */
    channel(code: string): Channel {
      return {
        isOwn: true,
        isWatched() {
          const topic = topics.get(code)
          if (!topic) return false
          return topic.movedAt === null ? isLive(topic) : topic.watchers.size > 0
        },
        publish(step) {
          const topic = topics.get(code)
          if (!topic || (topic.movedAt !== null && topic.watchers.size === 0)) return
          rooms.change(topic, () => topic.buffer.push(toKept(step)))
          for (const watcher of topic.watchers) deliver(topic, watcher)
          rooms.makeRoomFor(topic)
        },
        attach(signIn) {
          const topic = topics.get(code)
          if (!topic || topic.movedAt !== null) return
          if (topic.signIn?.handle !== signIn.handle) topic.untold = null
          topic.signIn = signIn
          topic.accountId = signIn.accountId
        },
        accountId: () => topics.get(code)?.accountId ?? null,
        hasMoved: () => (topics.get(code)?.movedAt ?? null) !== null,
        move() {
          const topic = topics.get(code)
          if (!topic || topic.movedAt !== null) return
          topic.movedAt = now()
          topic.signIn = topic.untold = null
          empty(topic)
          for (const listener of listenersOf(topic)) listener.moved()
          const end = () => {
            for (const listener of listenersOf(topic)) listener.close()
          }
          setTimeout(end, DRAIN).unref()
        },
      }
    },

    /**
     * Starts watching. First the steps after `lastStepId` are repeated, or all that are kept when it is unknown. Refused when this
     * browser already watches in five places, or too many of its network do. A channel that was moved is told so, and ends.
     */
    watch(code: string, listener: Listener, lastStepId: string | null, network = ''): Result<Watching> {
      const topic = open(code, network)
      const tooMany = refuse('too_many_watchers', { retryAfterSeconds: RETRY_AFTER })
      if (!topic) return tooMany
      if (topic.movedAt !== null) {
        listener.moved()
        listener.close()
        return accept({ stop: () => undefined, resume: () => undefined })
      }
      if (topic.watchers.size >= LIMITS.streams) return refuse('too_many_streams', { retryAfterSeconds: RETRY_AFTER })
      if (streamsIn(ofNetwork(topic.network)) >= LIMITS.network.streams) return tooMany
      if (streamsIn(topics.values()) >= LIMITS.all.streams) return tooMany

      const watcher = { listener, next: topic.buffer.after(lastStepId) }
      topic.watchers.add(watcher)
      if (topic.untold) listener.signInEnded(topic.untold)
      topic.untold = null
      deliver(topic, watcher)
      return accept({
        stop() {
          if (topic.watchers.delete(watcher)) topic.lastWatched = now()
        },
        resume: () => deliver(topic, watcher),
      })
    },

    /**
     * Tells the browsers that use this sign-in that it is over, and why, and closes their streams: they come back as nobody. What was
     * told of the person is not kept for whoever comes next.
     */
    tellSignInEnded(handle: string, mode: string, because: string) {
      for (const topic of topics.values()) {
        if (topic.signIn?.handle !== handle) continue
        topic.signIn = null
        empty(topic)
        if (topic.watchers.size === 0) topic.untold = { mode, because }
        for (const listener of listenersOf(topic)) {
          listener.signInEnded({ mode, because })
          listener.close()
        }
      }
    },

    /** Closes the streams of every browser that is signed in to this account, and keeps nothing of it. */
    closeForAccount(accountId: string) {
      for (const topic of topics.values()) {
        if (topic.signIn?.accountId !== accountId) continue
        empty(topic)
        for (const listener of listenersOf(topic)) listener.close()
      }
    },

    /** Closes every stream: the server is about to stop. */
    closeAll() {
      for (const topic of topics.values()) for (const listener of listenersOf(topic)) listener.close()
    },

    /** Keeps what is published to a channel that is watched on another instance, as if it had just been watched here. */
    keep(code: string, network: string) {
      const topic = open(code, network)
      if (topic) topic.lastWatched = now()
    },

    signInOf: (code: string): SignIn | undefined => topics.get(code)?.signIn ?? undefined,

    /** The channels that somebody watches here, and where from. */
    watched: (): { code: string; network: string }[] =>
      [...topics].flatMap(([code, { network, watchers, movedAt }]) =>
        watchers.size > 0 && movedAt === null ? [{ code, network }] : [],
      ),

    /** Forgets the channels nobody watches any more. Called by the sweep. */
    forgetUnwatched,

    counts: () => ({ channels: topics.size, listeners: streamsIn(topics.values()), bytes: rooms.bytes() }),
  }
}

export type Bus = ReturnType<typeof createBus>
