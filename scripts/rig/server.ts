import { chownSync, mkdtempSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Stop } from '../lib/stop.mjs'
import { type Attendant, attend } from './attend.ts'
import type { User } from './attendant.ts'

const READY_MILLISECONDS = 20_000
const ATTEMPTS = 3
export const LOOPBACK = '127.0.0.1'

/** A server that was started here, on a loopback port of its own. */
export type Server = {
  url: string
  /** Its processes stand still: connections stay open and nothing is answered. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** It ends in order; what it keeps on disk stays. */
  down(): Promise<void>
  /** It starts again, at the same address. */
  up(): Promise<void>
  /** It ends for good. */
  stop(): Promise<void>
}

type Options = {
  program: string
  args: (port: number) => string[]
  toUrl: (port: number) => string
  isReady: (url: string) => Promise<boolean>
  /** A free one where none is given. */
  port?: number | undefined
  user?: User
  folder?: string
  /** Whether the folder stays when the server ends. */
  isKept?: boolean
  /** What it is told to end by. */
  signal?: NodeJS.Signals
}

/**
 * Starts a server, with an attendant that ends it when this process is gone, however it ended. On a
 * free port it is tried again when the port is taken before the server has it.
 */
export async function startServer(options: Options): Promise<Server> {
  const { program, args, toUrl, isReady, port: given, user = {}, isKept = false } = options
  const { folder = temporaryFolder(user), signal = 'SIGTERM' } = options
  const attempts = given ? 1 : ATTEMPTS
  for (let attempt = 1; ; attempt += 1) {
    const port = given ?? (await freePort())
    const url = toUrl(port)
    const what = { program, args: args(port), folder, isKept, signal, ...user }
    const attendant = await attend(what)
    const ready = () => waitUntil(() => isReady(url), attendant)
    if (await ready()) return toServer(attendant, url, ready)
    await attendant.end({ keepFolder: isKept || attempt < attempts })
    if (attempt === attempts) throw new Stop(`${program} did not start.`, attendant.output())
  }
}

const toServer = (attendant: Attendant, url: string, ready: () => Promise<boolean>): Server => ({
  url,
  pause: () => attendant.tell('pause'),
  resume: () => attendant.tell('resume'),
  down: () => attendant.tell('down'),
  async up() {
    await attendant.tell('up')
    if (!(await ready()))
      throw new Stop(`The server at ${url} did not come back.`, attendant.output())
  },
  stop: () => attendant.end(),
})

async function waitUntil(isReady: () => Promise<boolean>, attendant: Attendant): Promise<boolean> {
  const deadline = performance.now() + READY_MILLISECONDS
  while (performance.now() < deadline && !attendant.hasEnded()) {
    if (await isReady()) return true
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  return false
}

/** A folder that is its user's own. */
export function temporaryFolder({ uid, gid }: User = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'authscope-server-'))
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}

/** A loopback port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.on('error', reject)
    probe.listen(0, LOOPBACK, () => {
      const address = probe.address()
      probe.close(() => {
        if (address && typeof address === 'object') resolve(address.port)
        else reject(new Error('there is no port'))
      })
    })
  })
}

/**
 * Whether what is sent is answered with what begins so; without either, whether anybody is there.
 */
export function answers(url: string, question = '', answer = ''): Promise<boolean> {
  const { hostname: host, port } = new URL(url)
  return new Promise(resolve => {
    const socket = net.connect({ host, port: Number(port), timeout: 500 })
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.on('connect', () => (answer ? socket.write(question) : end(true)))
    socket.on('data', data => end(String(data).startsWith(answer)))
    for (const event of ['error', 'timeout', 'close']) socket.on(event, () => end(false))
  })
}
