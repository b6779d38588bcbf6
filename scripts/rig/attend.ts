import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { inRoot } from '../lib/paths.mjs'
import type { What, Word } from './attendant.ts'

const ATTENDANT = inRoot('scripts', 'rig', 'attendant.ts')
/** How much of what a server said last is kept, in characters. */
const KEPT = 4_000

export type Attendant = {
  /** Done when it was done, or when there is nobody any more who could do it. */
  tell(word: Word): Promise<void>
  hasEnded(): boolean
  /** What the server said last. */
  output(): string
  /** Ends the server and itself. */
  end(options?: { keepFolder?: boolean }): Promise<void>
}

/** Starts a server by an attendant, which ends it when this process is gone, however it ended. */
export async function attend(what: What): Promise<Attendant> {
  const child = spawn(process.execPath, [ATTENDANT], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  let ended = false
  const waiting: (() => void)[] = []
  // Only while something is waited for may it keep this process from ending.
  const handles = [child, ...([child.stdin, child.stdout, child.stderr] as Socket[])]
  const settle = () => {
    waiting.shift()?.()
    if (waiting.length === 0) for (const handle of handles) handle.unref()
  }
  createInterface({ input: child.stdout }).on('line', settle)
  child.stderr.on('data', chunk => {
    output = `${output}${chunk}`.slice(-KEPT)
  })
  child.stdin.on('error', () => undefined)
  child.on('close', () => {
    ended = true
    while (waiting.length > 0) settle()
  })

  function whenTold(tell: () => void): Promise<void> {
    if (ended) return Promise.resolve()
    for (const handle of handles) handle.ref()
    return new Promise(resolve => {
      waiting.push(resolve)
      tell()
    })
  }
  const tell = (word: What | Word) => whenTold(() => child.stdin.write(`${JSON.stringify(word)}\n`))
  await tell(what)
  return {
    tell,
    hasEnded: () => ended,
    output: () => output,
    async end({ keepFolder = false } = {}) {
      if (keepFolder) await tell('keep')
      await whenTold(() => child.stdin.end())
    },
  }
}
