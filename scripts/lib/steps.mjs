import { followParent } from './parent.mjs'
import { toStop } from './sentences.mjs'
import { Stop } from './stop.mjs'

export { Stop }

const live = process.stdout.isTTY && !process.env.CI
const frames = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇']
let current = null

/** Seconds since a moment of `performance.now()`, for people. */
export const elapsed = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Runs a program's main function: what was foreseen ends it with its sentence, anything else with
 * the stack.
 */
export async function main(work) {
  followParent()
  try {
    await work()
  } catch (error) {
    const stop = toStop(error)
    if (!stop) throw error
    if (stop.detail) console.error(`\n${stop.detail}`)
    console.error(`\n${stop.message}`)
    process.exit(1)
  }
}

/**
 * Runs one named step and shows that it runs, then how long it took, or the note that `work`
 * returned. Returns what `work` did.
 */
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
  else tellLast(text)
}

/** What a spinner shows beside the time: the last that was heard. */
export function tellLast(text) {
  if (current) current.last = text
}

function showProgress() {
  const { name, started, last } = current
  if (!live) return console.log(`  ${name}: ${elapsed(started)} so far`)
  const frame = frames[Math.floor(performance.now() / 120) % frames.length]
  const line = `${frame} ${name.padEnd(16)} ${elapsed(started)}  ${last}`
  process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns ?? 80) - 1)}`)
}

/** Takes the spinner away. */
export function clearLine() {
  if (live) process.stdout.write('\r\x1b[2K')
}
