import { followParent } from './parent.mjs'
import { toStop } from './sentences.mjs'
import { Stop } from './stop.mjs'

export { Stop }

const live = process.stdout.isTTY && !process.env.CI
const frames = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇']
/** @type {{ name: string, started: number, last: string } | null} */
let current = null

/**
 * Seconds since a moment of `performance.now()`, for people.
 * @param {number} since
 */
export const elapsed = since => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Runs a program's main function: what was foreseen ends it with its sentence, anything else with
 * the stack.
 * @param {() => unknown} work
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
 * @template Value
 * @param {string} name
 * @param {() => Value | Promise<Value>} work
 * @returns {Promise<Value>}
 */
export async function step(name, work) {
  const started = performance.now()
  current = { name, started, last: '' }
  const ticker = setInterval(showProgress, live ? 120 : 15_000)
  try {
    const value = await work()
    clearLine()
    const note = typeof value === 'string' ? value : elapsed(started)
    console.log(`✓ ${name.padEnd(16)} ${note}`)
    return value
  } catch (error) {
    clearLine()
    console.log(`✗ ${name.padEnd(16)} failed after ${elapsed(started)}`)
    throw error
  } finally {
    clearInterval(ticker)
    current = null
  }
}

/**
 * Says at once what is about to take long, where no spinner can.
 * @param {string} text
 */
export function announce(text) {
  if (!live) console.log(`… ${text}`)
  else tellLast(text)
}

/**
 * What a spinner shows beside the time: the last that was heard.
 * @param {string} text
 */
export function tellLast(text) {
  if (current) current.last = text
}

function showProgress() {
  if (!current) return
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
