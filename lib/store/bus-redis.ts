import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { SECOND } from '../clock.ts'
import type { Bus } from '../wire/bus.ts'
import type { Step } from '../wire/steps.ts'
import type { SignIn } from '../wire/trace.ts'
import type { Redis, RedisClient } from './redis.ts'

/** The one channel in Redis on which the instances tell each other. */
const CHANNEL = 'authscope:wire'
/**
 * How often an instance says again what is watched on it: well within the time for which the others
 * remember.
 */
const AGAIN = 30 * SECOND
/**
 * Bytes that may be on their way to Redis: what comes while it is slow beyond that is told here
 * alone.
 */
const MAX_UNDER_WAY = 4 * 1024 * 1024

const text = z.string()
const signIn: z.ZodType<SignIn> = z.object({ accountId: text, handle: text })
const watched = z.object({ code: text, network: text, signIn: signIn.nullable() })
// What a step is about is for the page to draw; here it is passed on.
const step = z.custom<Step>(
  value => z.looseObject({ id: text, name: text }).safeParse(value).success,
)
const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello') }),
  z.object({ kind: z.literal('watched'), channels: z.array(watched) }),
  z.object({ kind: z.literal('step'), code: text, step }),
  z.object({ kind: z.literal('attached'), code: text, signIn }),
  z.object({ kind: z.literal('moved'), code: text, to: text }),
  z.object({ kind: z.literal('ended'), handle: text, mode: text, because: text }),
  z.object({ kind: z.literal('closed'), accountId: text }),
])
const Received = z.intersection(message, z.object({ from: text }))
type Watched = z.infer<typeof watched>
type Message = z.infer<typeof message>

/**
 * The bus of several instances. Each has all of it in its memory: it is told which channels are
 * watched elsewhere, keeps their steps too, and so can go on for a browser that comes back to it
 * from another. Redis carries the messages, and puts them in one order: every instance has the
 * steps in the same, its own among them, or a browser that comes back could not read on after the
 * last it saw. While Redis is away the wire goes quiet between instances, and nobody waits. Steps
 * tell what people do: the way to Redis must be private.
 */
export function createRedisBus(local: Bus, redis: Redis): Bus {
  const self = randomUUID()
  let joined: { publisher: RedisClient; timer: NodeJS.Timeout } | null = null
  let isHeard = false
  let underWay = 0

  /** Joins the others, once there is something to tell or to hear. */
  function join() {
    if (joined) return joined
    const [publisher, subscriber] = [redis.another(), redis.another()]
    const timer = setInterval(announce, AGAIN)
    timer.unref()
    joined = { publisher, timer }
    let subscribing: Promise<void> | null = null
    subscriber.on('ready', async () => {
      // After a break the client subscribes again by itself. What is watched elsewhere may have
      // changed meanwhile.
      subscribing ??= subscriber.subscribe(CHANNEL, hear)
      await subscribing.catch(() => undefined)
      isHeard = subscriber.isReady
      meet()
    })
    subscriber.on('error', () => {
      isHeard = false
    })
    publisher.on('ready', meet)
    return joined
  }

  /** Tells the others, and this instance too. `missed` is for when that cannot be. */
  function say(message: Message, missed: () => void = () => undefined) {
    const { publisher } = join()
    if (!publisher.isReady || !isHeard || underWay > MAX_UNDER_WAY) return missed()
    const said = JSON.stringify({ from: self, ...message })
    underWay += said.length
    const isOver = () => {
      underWay -= said.length
    }
    publisher.publish(CHANNEL, said).catch(missed).finally(isOver)
  }

  const toWatched = (channel: { code: string; network: string }): Watched => ({
    ...channel,
    signIn: local.signInOf(channel.code) ?? null,
  })

  function announce() {
    const channels = local.watched().map(toWatched)
    if (channels.length > 0) say({ kind: 'watched', channels })
  }

  function meet() {
    say({ kind: 'hello' })
    announce()
  }

  function hear(text: string) {
    const message = read(text)
    if (message?.kind === 'step') local.channel(message.code).publish(message.step)
    if (!message || message.from === self) return
    if (message.kind === 'hello') announce()
    if (message.kind === 'watched') for (const watched of message.channels) learn(watched)
    if (message.kind === 'attached') local.channel(message.code).attach(message.signIn)
    if (message.kind === 'moved') local.channel(message.code).move(message.to)
    if (message.kind === 'ended')
      local.tellSignInEnded(message.handle, message.mode, message.because)
    if (message.kind === 'closed') local.closeForAccount(message.accountId)
  }

  function learn({ code, network, signIn }: Watched) {
    local.keep(code, network)
    const known = local.signInOf(code)
    if (signIn) local.channel(code).attach(signIn)
    // It is watched where it is not known whose it is: such as on an instance that has just been
    // started.
    else if (known) say({ kind: 'attached', code, signIn: known })
  }

  return {
    ...local,

    warmUp: () => void join(),

    channel(code) {
      join()
      const channel = local.channel(code)
      return {
        ...channel,
        publish: step => say({ kind: 'step', code, step }, () => channel.publish(step)),
        attach(signIn) {
          // Each request says whose it is; the others want to know once.
          const isKnown = local.signInOf(code)?.handle === signIn.handle
          channel.attach(signIn)
          if (!isKnown && channel.isWatched()) say({ kind: 'attached', code, signIn })
        },
        move(to) {
          channel.move(to)
          say({ kind: 'moved', code, to })
        },
      }
    },

    watch(code, listener, lastStepId, network = '') {
      const watching = local.watch(code, listener, lastStepId, network)
      if (typeof watching !== 'string' && !local.channel(code).hasMoved())
        say({ kind: 'watched', channels: [toWatched({ code, network })] })
      return watching
    },

    tellSignInEnded(handle, mode, because) {
      local.tellSignInEnded(handle, mode, because)
      say({ kind: 'ended', handle, mode, because })
    },

    closeForAccount(accountId) {
      local.closeForAccount(accountId)
      say({ kind: 'closed', accountId })
    },

    closeAll() {
      local.closeAll()
      clearInterval(joined?.timer)
    },
  }
}

/**
 * Null for what is none of ours: somebody else may use the same Redis, and what is thrown here
 * would end the listening.
 */
function read(text: string): z.infer<typeof Received> | null {
  try {
    return Received.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
