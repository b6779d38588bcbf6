import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { command } from './paths.mjs'
import { elapsed, Stop } from './steps.mjs'
import { run, show } from './tools.mjs'

/** How a check ended: its exit code, and how many tests passed and failed. */
type Counted = { code: number; passed: number; failed: number }
type Work = () => Promise<number | Counted | string | undefined>

/**
 * Runs checks one after the other, and keeps how long each took and how many tests passed and
 * failed.
 */
export class Checks {
  #started = performance.now()
  #rows: [mark: string, name: string, note: string][] = []
  #passed = 0
  #failed = 0

  /**
   * Runs one check under a heading. After the first that failed, the others are left out. `work`
   * gives an exit code, or counts too.
   */
  async check(name: string, work: Work): Promise<void> {
    if (this.#failed > 0) {
      this.#rows.push(['-', name, 'left out'])
      return
    }
    console.log(`\n── ${name} ${'─'.repeat(Math.max(3, 60 - name.length))}\n`)
    const started = performance.now()
    const result = await attempt(work)
    // A check that failed without a failed test, such as a file that could not be loaded, is one
    // failure.
    const failed = result.code === 0 ? 0 : Math.max(1, result.failed)
    this.#passed += result.passed
    this.#failed += failed
    this.#rows.push([failed ? '✗' : '✓', name, elapsed(started)])
  }

  /** Says in the summary that something was not run, and why. */
  leaveOut(name: string, why: string): void {
    this.#rows.push(['-', name, `not run, ${why}`])
  }

  /** Prints the summary, and the counts alone on the last line. */
  report(): void {
    console.log(`\n── Summary ${'─'.repeat(53)}\n`)
    for (const [mark, name, note] of this.#rows) console.log(`${mark} ${name.padEnd(24)} ${note}`)
    console.log(`  ${'in all'.padEnd(24)} ${elapsed(this.#started)}\n`)
    process.exitCode = this.#failed ? 1 : 0
    console.log(`${this.#passed} passed, ${this.#failed} failed`)
  }
}

async function attempt(work: Work): Promise<Counted> {
  try {
    const result = await work()
    if (typeof result === 'object') return result
    return { code: typeof result === 'number' ? result : 0, passed: 0, failed: 0 }
  } catch (error) {
    if (error instanceof Stop && error.detail) console.error(error.detail)
    console.error(error instanceof Stop ? error.message : error)
    return { code: 1, passed: 0, failed: 0 }
  }
}

/** Style and mistakes. */
export const lint = (): Promise<number> => node(command('@biomejs/biome', 'biome'), 'check', '.')

/** The types, those of the routes included. */
export async function types(): Promise<number> {
  await run(process.execPath, [command('next'), 'typegen'], {
    advice: 'The types of the routes could not be made: correct what is shown above.',
  })
  return node(command('typescript', 'tsc'), '--noEmit')
}

/**
 * Tests but for those of the browser; with `filters`, only the files whose path has one of them, or
 * as vitest's options say.
 */
export const vitest = (...filters: string[]): Promise<Counted> =>
  counted(async file => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    return node(command('vitest'), 'run', ...reporters, ...filters)
  })

/** Browser tests. */
export const playwright = (): Promise<Counted> =>
  counted(file => {
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
    return show(
      process.execPath,
      [command('@playwright/test', 'playwright'), 'test', '--reporter=list,json'],
      { env },
    )
  })

const node = (...args: string[]) => show(process.execPath, args)

async function counted(work: (file: string) => Promise<number>): Promise<Counted> {
  const folder = mkdtempSync(path.join(tmpdir(), 'authscope-'))
  const file = path.join(folder, 'report.json')
  try {
    const code = await work(file)
    return { code, ...countsOf(file) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function countsOf(file: string): Omit<Counted, 'code'> {
  try {
    const { numPassedTests, numFailedTests, stats } = JSON.parse(readFileSync(file, 'utf8'))
    if (stats) return { passed: stats.expected + stats.flaky, failed: stats.unexpected }
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    // No report: the tool did not get that far, and its exit code says so.
    return { passed: 0, failed: 0 }
  }
}
