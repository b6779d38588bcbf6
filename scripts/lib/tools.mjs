import { spawn } from 'node:child_process'
import { inRoot, root } from './paths.mjs'
import { clearLine, tellLast } from './steps.mjs'
import { Stop } from './stop.mjs'

const TAIL_LINES = 40
const TOOL = inRoot('scripts', 'lib', 'tool.mjs')
/**
 * What a program ends with that was interrupted, or told to end: 128 and the number of the signal.
 */
const ENDS = /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])

/**
 * Runs a tool quietly: its output is kept, and the end of it shown only if the tool fails. Returns
 * what it printed. It ends, with everything it has started, when this process does, however that
 * came about.
 * @param {string} file the program
 * @param {string[]} args
 * @param {{ advice: string, env?: NodeJS.ProcessEnv, shell?: boolean, timeout?: number |
 * undefined }} options `advice` is the sentence for people, `timeout` is in milliseconds
 * @returns {Promise<string>}
 */
export function run(file, args, { advice, env = process.env, shell = false, timeout }) {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(process.execPath, [TOOL, JSON.stringify({ file, args, shell })], {
      cwd: root,
      env,
      stdio: 'pipe',
      detached: process.platform !== 'win32',
    })
    const forget = onSignal(end)
    const timer = timeout && setTimeout(() => child.stdin.end(), timeout)
    const fail = (/** @type {string} */ tail) => reject(new Stop(advice, tail))
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk
      tellLast(String(chunk).trim().split('\n').at(-1) ?? '')
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.stdin.on('error', () => undefined)
    child.on('error', error => fail(error.message))
    child.on('close', code => {
      clearTimeout(timer)
      forget()
      if (code === 0) resolve(output)
      else if (ENDS.some(([, ends]) => ends === code)) end(Number(code))
      else fail(output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'))
    })
  })
}

/**
 * Runs a tool whose output is for people to read as it comes. Returns its exit code.
 * @param {string} file
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>}
 */
export function show(file, args, { env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, env, stdio: 'inherit' })
    const forget = onSignal((code, signal) => {
      child.kill(signal)
      end(code)
    })
    child.on('error', reject)
    child.on('close', code => {
      forget()
      resolve(code ?? 1)
    })
  })
}

/**
 * Ends this process as one that was interrupted: nothing has failed, so nothing is said.
 * @param {number} code
 */
function end(code) {
  clearLine()
  process.exit(code)
}

/**
 * Listens for the signals that end this process. Returns how to stop that.
 * @param {(code: number, signal: NodeJS.Signals) => void} listener
 */
function onSignal(listener) {
  const listeners = ENDS.map(([signal, code]) => ({ signal, hear: () => listener(code, signal) }))
  for (const { signal, hear } of listeners) process.once(signal, hear)
  return () => {
    for (const { signal, hear } of listeners) process.off(signal, hear)
  }
}
