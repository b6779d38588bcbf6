import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../scripts/lib/paths.mjs'
import { Stop } from '../../scripts/lib/stop.mjs'
import { temporaryFolder } from '../fixtures/process.ts'
import { table } from './tables.ts'

/** A step of `npm start` and its seconds, as it says them; `Ready` is all of it. */
export type Started = { step: string; fresh: number | null; again: number | null }

const STEP = /^✓ (\S+)\s+([\d.]+) s$/
const READY = / is ready on /

/**
 * Clones what is committed here, and starts it twice: with nothing installed, and with everything
 * there. Packages come from where npm is told to get them, its own cache before all.
 */
export async function measureStart(say: (what: string) => void): Promise<Started[]> {
  const { folder, remove } = temporaryFolder()
  try {
    const clone = join(folder, 'authscope')
    execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'ignore' })
    say('npm start on a fresh clone')
    const fresh = await startIn(clone)
    say('npm start again')
    const again = await startIn(clone)
    return [...fresh].map(([step, seconds]) => ({
      step,
      fresh: seconds,
      again: again.get(step) ?? null,
    }))
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new Stop('`start` clones the project: install git, then retry.')
    throw error
  } finally {
    remove()
  }
}

/** The seconds of each step, as they are printed, and of all until it is ready. */
async function startIn(folder: string): Promise<Map<string, number>> {
  const started = performance.now()
  // As a person would, with nothing of theirs but what npm is told: a port that is free, data of
  // its own.
  const own = { PORT: '0', NO_COLOR: '1', AUTHSCOPE_DATA: join(folder, '.data'), DATABASE_URL: '' }
  const env = { ...process.env, ...own }
  const child = spawn('npm', ['start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  let output = ''
  const ready = new Promise<void>(resolve => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output += chunk
        if (READY.test(output)) resolve()
      })
  })
  await Promise.race([ready, ended])
  const seconds = (performance.now() - started) / 1000
  child.kill('SIGTERM')
  await ended
  if (!READY.test(output)) throw new Stop('`npm start` did not get ready on a clone.', output)
  return new Map([...readSteps(output), ['Ready', seconds]])
}

/** The steps that took time, of what a script printed. */
export const readSteps = (output: string): [step: string, seconds: number][] =>
  output.split('\n').flatMap(line => {
    const [, step, seconds] = STEP.exec(line) ?? []
    return step && seconds ? [[step, Number(seconds)]] : []
  })

export const startTable = (all: Started[]): string =>
  table(
    '`npm start` on a fresh clone, and again: seconds',
    ['step', 'fresh', 'again'],
    all.map(({ step, fresh, again }) => [
      step,
      ...[fresh, again].map(seconds => (seconds === null ? '' : seconds.toFixed(1))),
    ]),
  )
