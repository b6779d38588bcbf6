import { SECOND } from '../clock.ts'
import { toKept } from './buffer.ts'
import { createLater } from './later.ts'
import { LIMITS } from './limits.ts'
import type { Listener, TooMany, Watching } from './listener.ts'
import { createTopics, streamsIn, type Topic, type Watcher } from './topics.ts'
import type { Channel, SignIn } from './trace.ts'

/**
 * How long the streams of a channel that was moved are still told of requests that were under way.
 */
const DRAIN = 5 * SECOND

/**
 * An in-memory bus of steps, one topic per browser, named by its pairing code. What is kept and who
 * listens is bounded: per browser, per network and in all (`limits.ts`). A listener that is slow is
 * waited for, and misses what is not kept any more.
 */
export function createBus(now: () => number = Date.now) {
  const topics = createTopics(now)
  const { later, flush } = createLater()

  const empty = (topic: Topic) => topics.change(topic, topic.buffer.clear)

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

  return {
    /**
     * Meets the other instances, if there are any: so that what the first request shows is seen by
     * a page on another.
     */
    warmUp: (): void => undefined,

    /** Tells what is still to be told. */
    flush,

    /** The channel behind a pairing code. Publishing to one that nobody watches does nothing. */
    channel(code: string): Channel {
      return {
        isOwn: true,
        later,
        isWatched() {
          const topic = topics.get(code)
          if (!topic) return false
          return topic.movedAt === null ? topics.isLive(topic) : topic.watchers.size > 0
        },
        publish(step) {
          const topic = topics.get(code)
          if (!topic || (topic.movedAt !== null && topic.watchers.size === 0)) return
          topics.change(topic, () => topic.buffer.push(toKept(step)))
          for (const watcher of topic.watchers) deliver(topic, watcher)
          topics.makeRoomFor(topic)
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
        move(to) {
          flush()
          const topic = topics.get(code)
          if (!topic || topic.movedAt !== null) return
          topic.movedAt = now()
          topic.signIn = topic.untold = null
          empty(topic)
          topics.open(to, topic.network)
          for (const listener of listenersOf(topic)) listener.moved()
          const end = () => {
            for (const listener of listenersOf(topic)) listener.close()
          }
          setTimeout(end, DRAIN).unref()
        },
      }
    },

    /**
     * Starts watching. First the steps after `lastStepId` are repeated, or all that are kept when
     * it is unknown. Refused when this browser already watches in five places, or too many of its
     * network do. A channel that was moved is told so, and ends.
     */
    watch(
      code: string,
      listener: Listener,
      lastStepId: string | null,
      network = '',
    ): Watching | TooMany {
      flush()
      const topic = topics.open(code, network)
      if (!topic) return 'too_many_watchers'
      if (topic.movedAt !== null) {
        listener.moved()
        listener.close()
        return { stop: () => undefined, resume: () => undefined }
      }
      if (topic.watchers.size >= LIMITS.streams) return 'too_many_streams'
      if (streamsIn(topics.ofNetwork(topic.network)) >= LIMITS.network.streams)
        return 'too_many_watchers'
      if (streamsIn(topics.all()) >= LIMITS.all.streams) return 'too_many_watchers'

      const watcher = { listener, next: topic.buffer.after(lastStepId) }
      topic.watchers.add(watcher)
      if (topic.untold) listener.signInEnded(topic.untold)
      topic.untold = null
      deliver(topic, watcher)
      return {
        stop() {
          if (topic.watchers.delete(watcher)) topic.lastWatched = now()
        },
        resume: () => deliver(topic, watcher),
      }
    },

    /**
     * Tells the browsers that use this sign-in that it is over, and why, and closes their streams:
     * they come back as nobody. What was told of the person is not kept for whoever comes next.
     */
    tellSignInEnded(handle: string, mode: string, because: string) {
      flush()
      for (const topic of topics.all()) {
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

    /**
     * Closes the streams of every browser that is signed in to this account, and keeps nothing of
     * it.
     */
    closeForAccount(accountId: string) {
      flush()
      for (const topic of topics.all()) {
        if (topic.signIn?.accountId !== accountId) continue
        empty(topic)
        for (const listener of listenersOf(topic)) listener.close()
      }
    },

    /** Closes every stream: the server is about to stop. */
    closeAll() {
      flush()
      for (const topic of topics.all()) for (const listener of listenersOf(topic)) listener.close()
    },

    /**
     * Keeps what is published to a channel that is watched on another instance, as if it had just
     * been watched here.
     */
    keep(code: string, network: string) {
      const topic = topics.open(code, network)
      if (topic) topic.lastWatched = now()
    },

    signInOf: (code: string): SignIn | undefined => topics.get(code)?.signIn ?? undefined,

    /** The channels that somebody watches here, and where from. */
    watched: (): { code: string; network: string }[] =>
      topics
        .entries()
        .flatMap(([code, { network, watchers, movedAt }]) =>
          watchers.size > 0 && movedAt === null ? [{ code, network }] : [],
        ),

    /** Forgets the channels nobody watches any more. Called by the sweep. */
    forgetUnwatched: topics.forgetUnwatched,

    counts: () => ({
      channels: topics.size(),
      listeners: streamsIn(topics.all()),
      bytes: topics.bytes(),
    }),
  }
}

export type Bus = ReturnType<typeof createBus>
