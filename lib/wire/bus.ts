import { createHash, randomBytes } from 'node:crypto'
import { MINUTE } from '../clock.ts'
import type { Step } from './steps.ts'

const MAX_STREAMS = 5
const MAX_BUFFERED_STEPS = 600
const MAX_CHANNELS = 2_000
// A page that is being reloaded is still being watched.
const LINGER = 2 * MINUTE

export type Listener = {
  step(step: Step): void
  /** The sign-in this browser used was ended from elsewhere. */
  signInEnded(notice: Notice): void
  close(): void
}

/** Which sign-in a browser uses. */
export type SignIn = { accountId: string; handle: string }

/** Where the steps of one browser go. */
export type Channel = {
  isWatched(): boolean
  publish(step: Step): void
  /** Remembers which sign-in this browser uses, so that it can be told when it is ended elsewhere. */
  attach(signIn: SignIn): void
}

type Notice = { mode: string; because: string }
type Topic = {
  listeners: Set<Listener>
  steps: Step[]
  lastWatched: number
  signIn?: SignIn | undefined
  /** What nobody was there to be told: a tab in the background does not watch, and learns it when it comes back. */
  untold?: Notice | undefined
}

/** 128 random bits: the value of the cookie `__Host-wire`. Whoever has it can watch. */
export const createChannelId = (): string => randomBytes(16).toString('base64url')

export const isChannelId = (value: string | undefined): value is string => /^[\w-]{22}$/.test(value ?? '')

const PAIRING_CODE = /^[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}$/
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** The code a terminal joins with. Made from the channel's id one way only: it lets one be seen, not watch. */
export function pairingCodeOf(channelId: string): string {
  const bytes = createHash('sha256').update(`pairing:${channelId}`).digest()
  const letters = [...bytes.subarray(0, 12)].map(byte => BASE32[byte % 32]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`
}

export const isPairingCode = (value: string): boolean => PAIRING_CODE.test(value)

/** An in-memory bus of steps, one topic per browser, named by its pairing code. Buffers and listeners are bounded. */
export function createBus(now: () => number = Date.now) {
  const topics = new Map<string, Topic>()

  const isLive = (topic: Topic) => topic.listeners.size > 0 || now() - topic.lastWatched < LINGER

  function forgetUnwatched() {
    for (const [code, topic] of topics) if (!isLive(topic)) topics.delete(code)
  }

  /** The topic of a code, made if there is none; null when there are too many. */
  function open(code: string): Topic | null {
    if (topics.size >= MAX_CHANNELS) forgetUnwatched()
    const topic = topics.get(code) ?? { listeners: new Set(), steps: [], lastWatched: now() }
    if (!topics.has(code) && topics.size >= MAX_CHANNELS) return null
    topics.set(code, topic)
    return topic
  }

  const endFor = (matches: (topic: Topic) => boolean, notify: (listener: Listener) => void) => {
    for (const topic of topics.values())
      if (matches(topic)) for (const listener of [...topic.listeners]) notify(listener)
  }

  return {
    /** Meets the other instances, if there are any: so that what the first request shows is seen by a page on another. */
    warmUp: (): void => undefined,

    /** The channel behind a pairing code. Publishing to one that nobody watches does nothing. */
    channel(code: string): Channel {
      return {
        isWatched() {
          const topic = topics.get(code)
          return topic !== undefined && isLive(topic)
        },
        publish(step) {
          const topic = topics.get(code)
          if (!topic) return
          topic.steps.push(step)
          if (topic.steps.length > MAX_BUFFERED_STEPS) topic.steps.shift()
          for (const listener of topic.listeners) listener.step(step)
        },
        attach(signIn) {
          const topic = topics.get(code)
          if (!topic) return
          if (topic.signIn?.handle !== signIn.handle) topic.untold = undefined
          topic.signIn = signIn
        },
      }
    },

    /**
     * Starts watching. First the steps after `lastStepId` are repeated, or all that are kept when it is unknown.
     * Returns how to stop, or null when this browser already watches in five places.
     */
    watch(code: string, listener: Listener, lastStepId: string | null): (() => void) | null {
      const topic = open(code)
      if (!topic || topic.listeners.size >= MAX_STREAMS) return null
      topic.listeners.add(listener)
      const seen = topic.steps.findIndex(step => step.id === lastStepId)
      for (const step of topic.steps.slice(seen + 1)) listener.step(step)
      if (topic.untold) listener.signInEnded(topic.untold)
      topic.untold = undefined
      return () => {
        topic.listeners.delete(listener)
        topic.lastWatched = now()
      }
    },

    /** Tells the browsers that use this sign-in that it is over, and why, and closes their streams: they come back as nobody. */
    tellSignInEnded(handle: string, mode: string, because: string) {
      for (const topic of topics.values()) {
        if (topic.signIn?.handle !== handle) continue
        topic.signIn = undefined
        if (topic.listeners.size === 0) topic.untold = { mode, because }
        for (const listener of [...topic.listeners]) {
          listener.signInEnded({ mode, because })
          listener.close()
        }
      }
    },

    /** Closes the streams of every browser that is signed in to this account. */
    closeForAccount(accountId: string) {
      endFor(
        topic => topic.signIn?.accountId === accountId,
        listener => listener.close(),
      )
    },

    /** Closes every stream: the server is about to stop. */
    closeAll() {
      endFor(
        () => true,
        listener => listener.close(),
      )
    },

    /** Keeps what is published to a channel that is watched on another instance, as if it had just been watched here. */
    keep(code: string) {
      const topic = open(code)
      if (topic) topic.lastWatched = now()
    },

    signInOf: (code: string): SignIn | undefined => topics.get(code)?.signIn,

    /** The channels that somebody watches here. */
    watched: (): string[] => [...topics].flatMap(([code, topic]) => (topic.listeners.size > 0 ? [code] : [])),

    /** Forgets the channels nobody watches any more. Called by the sweep. */
    forgetUnwatched,

    counts: () => ({
      channels: topics.size,
      listeners: [...topics.values()].reduce((sum, topic) => sum + topic.listeners.size, 0),
    }),
  }
}

export type Bus = ReturnType<typeof createBus>
