import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { descendantsOf } from './processes.mjs'

// Attends one server for whoever started this: told on stdin what to start, then `down`, `up`,
// `pause`, `resume`. When stdin ends, because that process is done or was killed, the server ends
// and its folder is removed.

const PATIENCE_MILLISECONDS = 5_000

let what
let server
let keepFolder = false

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

function up() {
  const { program, args, folder, uid, gid } = what
  // What it says goes to stderr: on stdout, whoever started this waits for words of ours.
  server = spawn(program, args, { cwd: folder, uid, gid, stdio: ['ignore', 2, 2] })
  server.over = new Promise(resolve => {
    server.on('error', error => resolve(console.error(error.message)))
    server.on('close', resolve)
  })
}

async function down() {
  signal('SIGCONT')
  server.kill(what.signal)
  await Promise.race([server.over, wait(PATIENCE_MILLISECONDS)])
  if (server.exitCode === null && server.signalCode === null) signal('SIGKILL')
  await Promise.race([server.over, wait(PATIENCE_MILLISECONDS)])
}

/**
 * To the server and all processes it has started, which need not be of one group. It comes first:
 * then it starts no more.
 */
function signal(name) {
  kill(server.pid, name)
  for (const pid of descendantsOf(server.pid)) kill(pid, name)
}

function kill(pid, name) {
  try {
    process.kill(pid, name)
  } catch {
    // Gone by itself.
  }
}

const COMMANDS = {
  up,
  down,
  pause: () => signal('SIGSTOP'),
  resume: () => signal('SIGCONT'),
  keep: () => {
    keepFolder = true
  },
}

// Whoever reads this may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

for await (const line of createInterface({ input: process.stdin })) {
  const word = JSON.parse(line)
  if (!what) {
    what = word
    keepFolder = word.isKept === true
  }
  await COMMANDS[typeof word === 'string' ? word : 'up']()
  process.stdout.write('done\n')
}
if (server) await down()
if (what && !keepFolder) rmSync(what.folder, { recursive: true, force: true })
process.exit()
