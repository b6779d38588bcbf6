import { spawn } from 'node:child_process'
import { constants } from 'node:os'

// Runs one tool for a script, and ends it with everything it has started when that script is gone:
// its stdin ends then, however that came about. The first of a group of processes (but for Windows,
// which has none), so that a terminal's Ctrl-C reaches the script alone, which says with what the
// whole ends.

const PATIENCE_MILLISECONDS = 2_000
const hasGroup = process.platform !== 'win32'
const { file, args, shell } = JSON.parse(process.argv[2] ?? '')
let isOver = false

const tool = spawn(file, args, { shell, stdio: ['ignore', 'inherit', 'inherit'] })
tool.on('error', error => {
  console.error(error.message)
  process.exit(1)
})
tool.on('exit', (code, signal) => {
  if (isOver) signalAll('SIGKILL')
  process.exit(signal ? 128 + constants.signals[signal] : code)
})

// What the group is told reaches this process too.
process.on('SIGTERM', () => undefined)
// Whoever reads this may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
process.stdin.on('close', end).resume()

function end() {
  isOver = true
  signalAll('SIGTERM')
  setTimeout(() => signalAll('SIGKILL'), PATIENCE_MILLISECONDS)
}

/** @param {NodeJS.Signals} name */
function signalAll(name) {
  if (hasGroup) process.kill(-process.pid, name)
  else tool.kill(name)
}
