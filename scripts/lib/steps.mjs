import { spawn } from 'node:child_process'
import { root } from './paths.mjs'
import { Stop } from './stop.mjs'

export { Stop }

const TAIL_LINES = 40
const live = process.stdout.isTTY && !process.env.CI
const frames = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇']
let current = null

/** Seconds since a moment of `performance.now()`, for people. */
export const elapsed = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Runs a program's main function: a `Stop` ends it with its sentence, anything else with the stack. */
export async function main(work) {
  followParent()
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    if (error.detail) console.error(`\n${error.detail}`)
    console.error(`\n${error.message}`)
    process.exit(1)
  }
}

/**
 * npm starts scripts through a shell, and a signal for npm ends that shell but does not get any further. So a script
 * that npm started takes the end of its parent for the signal.
 */
function followParent() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 300)
  timer.unref()
}

/** Runs one named step and shows that it runs, then how long it took, or the note that `work` returned. Returns what `work` did. */
export async function step(name, work) {
  const started = performance.now()
  current = { name, started, last: '' }
  const ticker = setInterval(showProgress, live ? 120 : 15_000)
  try {
    const note = await work()
    clearLine()
    console.log(`✓ ${name.padEnd(16)} ${note ?? elapsed(started)}`)
    return note
  } catch (error) {
    clearLine()
    console.log(`✗ ${name.padEnd(16)} failed after ${elapsed(started)}`)
    throw error
  } finally {
    clearInterval(ticker)
    current = null
  }
}

/** Says at once what is about to take long, where no spinner can. */
export function announce(text) {
  if (!live) console.log(`… ${text}`)
  else if (current) current.last = text
}

function showProgress() {
  const { name, started, last } = current
  if (!live) return console.log(`  ${name}: ${elapsed(started)} so far`)
  const frame = frames[Math.floor(performance.now() / 120) % frames.length]
  const line = `${frame} ${name.padEnd(16)} ${elapsed(started)}  ${last}`
  process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`)
}

function clearLine() {
  if (live) process.stdout.write('\r\x1b[2K')
}

/**
 * Runs a tool quietly: its output is kept, and the end of it shown only if the tool fails. Returns what it printed.
 * @param {string} file the program
 * @param {string[]} args
 * @param {{ advice: string, env?: object, shell?: boolean, timeout?: number }} options `advice` is the sentence for people
 */
export function run(file, args, { advice, env, shell = false, timeout }) {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(file, args, { cwd: root, env: env ?? process.env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const forget = passSignals(child)
    const timer = timeout && setTimeout(() => child.kill('SIGKILL'), timeout)
    const fail = tail => reject(new Stop(advice, tail))
    const keep = chunk => {
      output += chunk
      if (current) current.last = String(chunk).trim().split('\n').at(-1) ?? ''
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', error => fail(error.message))
    child.on('close', code => {
      clearTimeout(timer)
      forget()
      if (code === 0) resolve(output)
      else fail(output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'))
    })
  })
}

/** Runs a tool whose output is for people to read as it comes. Returns its exit code. */
export function show(file, args, { env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env: env ?? process.env, stdio: 'inherit' })
    const forget = passSignals(child)
    child.on('error', reject)
    child.on('close', code => {
      forget()
      resolve(code ?? 1)
    })
  })
}

/** A tool must not outlive the script that started it. */
function passSignals(child) {
  const end = signal => {
    child.kill(signal)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  return () => {
    process.off('SIGINT', end)
    process.off('SIGTERM', end)
  }
}
