import { createHash } from 'node:crypto'
import { createClient, ErrorReply } from 'redis'
import { StoreUnavailable } from './database.ts'
import { whenLate } from './late.ts'

/**
 * In milliseconds: for an answer in all, so that a request is told within two seconds that the
 * store is away.
 */
export const REDIS_PATIENCE = 1200
const CONNECT = 1000
/**
 * How soon it is tried again to connect, and how often a quiet connection is looked at, so that one
 * that is dead is found out.
 */
const AGAIN = 200
const LOOK = 1000

export type RedisClient = ReturnType<typeof createClient>

/** A program that Redis runs as one step: nothing happens between its lines. */
export type Script = { text: string; sha: string }

export const toScript = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
})

export type Redis = {
  /**
   * Runs a script. Throws `StoreUnavailable` when there is no answer in time. What was asked for
   * may still be done then.
   */
  run(script: Script, args: string[]): Promise<unknown>
  /** Runs commands, likewise. */
  ask<T>(work: (client: RedisClient) => Promise<T>): Promise<T>
  /** A connection of its own, such as one for messages needs. It closes with this one. */
  another(): RedisClient
  close(): void
}

// What Redis answers when it is there but cannot serve: still loading, without memory, without its
// master, or not open to us.
const NOT_NOW =
  /^(LOADING|OOM|MASTERDOWN|READONLY|NOAUTH|WRONGPASS|NOPERM|BUSY|MISCONF|CLUSTERDOWN|TRYAGAIN|ERR max)/

/**
 * A Redis that is connected to when it is first asked, and again by itself for as long as it is
 * away.
 */
export function openRedis(url: string): Redis {
  const clients: RedisClient[] = []
  let shared: RedisClient | null = null
  let ready: Promise<void> | null = null

  function another(): RedisClient {
    const client = createClient({
      url,
      // A command that waits for a connection would be done long after whoever asked has been told
      // that it was not.
      disableOfflineQueue: true,
      pingInterval: LOOK,
      maintNotifications: 'disabled',
      socket: { connectTimeout: CONNECT, socketTimeout: 3 * LOOK, reconnectStrategy: AGAIN },
    })
    // Each failed attempt is told here; those who ask are told by their answer.
    client.on('error', () => undefined)
    client.connect().catch(() => undefined)
    clients.push(client as RedisClient)
    return client as RedisClient
  }

  async function ask<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    shared ??= another()
    const client = shared
    try {
      return await inTime(
        client.isReady ? work(client) : whenReady(client).then(() => work(client)),
      )
    } catch (thrown) {
      if (thrown instanceof ErrorReply && !NOT_NOW.test(thrown.message)) throw thrown
      throw new StoreUnavailable('Redis cannot be reached', { cause: thrown })
    }
  }

  /** One wait for all who wait: it may be long, and many may come. */
  function whenReady(client: RedisClient): Promise<void> {
    ready ??= new Promise<void>(resolve => void client.once('ready', resolve)).finally(() => {
      ready = null
    })
    return ready
  }

  return {
    ask,
    another,
    run: ({ text, sha }, args) =>
      ask(async client => {
        try {
          return await client.evalSha(sha, { arguments: args })
        } catch (thrown) {
          if (!(thrown instanceof ErrorReply) || !thrown.message.startsWith('NOSCRIPT'))
            throw thrown
          return client.eval(text, { arguments: args })
        }
      }),
    close() {
      for (const client of clients.splice(0)) if (client.isOpen) client.destroy()
    },
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const callOff = whenLate(REDIS_PATIENCE, () => reject(new Error('no answer in time')))
  return Promise.race([work, late]).finally(callOff)
}
