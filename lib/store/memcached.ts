import { connect } from 'node:net'
import { StoreUnavailable } from './database.ts'
import { whenLate } from './late.ts'

/**
 * In milliseconds: for a connection, and for each answer. A request asks twice in a row at most
 * before it learns that nobody answers.
 */
const ANSWER = 800
/** How long a request waits for a Memcached that is away before it is told, in milliseconds. */
export const MEMCACHED_PATIENCE = 2 * ANSWER
/** A value and what has to be shown to change it: the number of its last change. */
export type Held = { value: string; cas: string }

export type Memcached = {
  get(key: string): Promise<Held | null>
  getMany(keys: string[]): Promise<Map<string, Held>>
  /** Writes a value, for that many seconds, whatever was there. */
  set(key: string, value: string, seconds: number): Promise<void>
  /** Writes one where there is none. False when there is one. */
  add(key: string, value: string, seconds: number): Promise<boolean>
  /**
   * Changes one that nobody has changed since: else `changed`, or `gone` when it is not there any
   * more.
   */
  swap(
    key: string,
    value: string,
    seconds: number,
    cas: string,
  ): Promise<'done' | 'changed' | 'gone'>
  /** False when there was none. */
  delete(key: string): Promise<boolean>
  close(): void
}

type Pending = {
  resolve(lines: Reply): void
  reject(thrown: Error): void
  callOff(): void
}
type Reply = { status: string; found: Map<string, Held> }

/**
 * Memcached by its text protocol (doc/protocol.txt of memcached), over one connection, answers in
 * the order of the questions. By hand, for its time-outs and its one connection: an outage costs a
 * request two waits at most, whatever it asks. Connects when it is first asked, and anew after
 * anything went wrong. Throws `StoreUnavailable` when there is no answer in time.
 */
export function openMemcached(url: string): Memcached {
  const { hostname: host, port } = new URL(url)
  let connection: ReturnType<typeof open> | null = null

  function open() {
    const socket = connect({ host, port: Number(port || 11211), noDelay: true, keepAlive: true })
    const pending: Pending[] = []
    let buffer = Buffer.alloc(0)

    function fail(thrown: Error) {
      if (connection?.socket === socket) connection = null
      socket.destroy()
      for (const { callOff, reject } of pending.splice(0)) {
        callOff()
        reject(new StoreUnavailable('Memcached cannot be reached', { cause: thrown }))
      }
    }
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the connection was closed')))
    socket.on('data', data => {
      buffer = Buffer.concat([buffer, data])
      for (let read = readReply(buffer); read; read = readReply(buffer)) {
        buffer = buffer.subarray(read.length)
        const next = pending.shift()
        next?.callOff()
        next?.resolve(read.reply)
      }
    })
    return { socket, pending, fail }
  }

  function ask(command: string): Promise<Reply> {
    connection ??= open()
    const { socket, pending, fail } = connection
    return new Promise((resolve, reject) => {
      // Answers come in order: where one is missing, those behind it are too, and the connection is
      // worth nothing.
      const callOff = whenLate(ANSWER, () => fail(new Error('no answer in time')))
      pending.push({ resolve, reject, callOff })
      socket.write(command)
    })
  }

  /**
   * The status of the answer to a change: such as "SERVER_ERROR out of memory storing object" it
   * may be better shortly.
   */
  async function change(command: string): Promise<string> {
    const { status } = await ask(command)
    if (/ERROR/.test(status)) throw new StoreUnavailable(`Memcached says ${status}`)
    return status
  }

  function store(
    verb: string,
    key: string,
    value: string,
    seconds: number,
    cas = '',
  ): Promise<string> {
    const bytes = Buffer.byteLength(value)
    return change(
      `${verb} ${key} 0 ${Math.max(1, seconds)} ${bytes}${cas && ` ${cas}`}\r\n${value}\r\n`,
    )
  }

  async function getMany(keys: string[]): Promise<Map<string, Held>> {
    if (keys.length === 0) return new Map()
    const { status, found } = await ask(`gets ${keys.join(' ')}\r\n`)
    if (status !== 'END') throw new StoreUnavailable(`Memcached says ${status}`)
    return found
  }

  const SWAPPED = { STORED: 'done', EXISTS: 'changed' } as const
  return {
    getMany,
    get: async key => (await getMany([key])).get(key) ?? null,
    async set(key, value, seconds) {
      await store('set', key, value, seconds)
    },
    add: async (key, value, seconds) => (await store('add', key, value, seconds)) === 'STORED',
    swap: async (key, value, seconds, cas) =>
      SWAPPED[(await store('cas', key, value, seconds, cas)) as keyof typeof SWAPPED] ?? 'gone',
    delete: async key => (await change(`delete ${key}\r\n`)) === 'DELETED',
    close: () => connection?.fail(new Error('closed')),
  }
}

/**
 * The first whole reply in a buffer: values until `END`, or one line. Null while there is more to
 * come.
 */
function readReply(buffer: Buffer): { reply: Reply; length: number } | null {
  const found = new Map<string, Held>()
  for (let at = 0; ; ) {
    const end = buffer.indexOf('\r\n', at)
    if (end < 0) return null
    const line = buffer.toString('utf8', at, end)
    if (!line.startsWith('VALUE ')) return { reply: { status: line, found }, length: end + 2 }
    const [, key = '', , bytes, cas = ''] = line.split(' ')
    const start = end + 2
    const stop = start + Number(bytes)
    if (buffer.length < stop + 2) return null
    found.set(key, { value: buffer.toString('utf8', start, stop), cas })
    at = stop + 2
  }
}
