import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { descendantsOf } from '../lib/processes.mjs'

// Attends one server for whoever started this: told on stdin what to start, then `down`, `up`,
// `pause`, `resume`. When stdin ends, because that process is done or was killed, the server ends
// and its folder is removed.

/** Who a server runs as, where that is somebody else than whoever starts it. */
export type User = { uid?: number; gid?: number }

/** What is to be started, and what is to be done at its end. */
export type What = User & {
  program: string
  args: string[]
  folder: string
  isKept: boolean
  /** What it is told to end by. */
  signal: NodeJS.Signals
}
export type Word = 'up' | 'down' | 'pause' | 'resume' | 'keep'

const PATIENCE_MILLISECONDS = 5_000

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/** A server that was started, and the moment when it is over. */
type Running = { server: ChildProcess; over: Promise<void> }

function start({ program, args, folder: cwd, uid, gid }: What): Running {
  // What it says goes to stderr: on stdout, whoever started this waits for words of ours.
  const user = uid === undefined || gid === undefined ? {} : { uid, gid }
  const server = spawn(program, args, { cwd, ...user, stdio: ['ignore', 2, 2] })
  const over = new Promise<void>(resolve => {
    server.on('error', error => resolve(console.error(error.message)))
    server.on('close', () => resolve())
  })
  return { server, over }
}

async function end({ server, over }: Running, how: NodeJS.Signals): Promise<void> {
  signal(server, 'SIGCONT')
  server.kill(how)
  await Promise.race([over, wait(PATIENCE_MILLISECONDS)])
  if (server.exitCode === null && server.signalCode === null) signal(server, 'SIGKILL')
  await Promise.race([over, wait(PATIENCE_MILLISECONDS)])
}

/**
 * To the server and all processes it has started, which need not be of one group. It comes first:
 * then it starts no more.
 */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return
  kill(pid, name)
  for (const descendant of descendantsOf(pid)) kill(descendant, name)
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone by itself.
  }
}

// Whoever reads this may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const first = await lines.next()
if (first.done) process.exit()
const what: What = JSON.parse(first.value)
let running = start(what)
let keepFolder = what.isKept
process.stdout.write('done\n')
for await (const line of lines) {
  const word: Word = JSON.parse(line)
  if (word === 'up') running = start(what)
  else if (word === 'down') await end(running, what.signal)
  else if (word === 'pause') signal(running.server, 'SIGSTOP')
  else if (word === 'resume') signal(running.server, 'SIGCONT')
  else keepFolder = true
  process.stdout.write('done\n')
}
await end(running, what.signal)
if (!keepFolder) rmSync(what.folder, { recursive: true, force: true })
process.exit()
