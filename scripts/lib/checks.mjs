import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { command } from './paths.mjs'
import { elapsed } from './steps.mjs'
import { run, show } from './tools.mjs'

/**
 * Runs checks one after the other, and keeps how long each took and how many tests passed and
 * failed.
 */
export class Checks {
  #started = performance.now()
  #rows = []
  #passed = 0
  #failed = 0

  /**
   * Runs one check under a heading. After the first that failed, the others are left out.
   * @param {string} name
   * @param {() => Promise<number | { code: number, passed: number, failed: number } | undefined>}
   * work an exit code, or counts too
   */
  async check(name, work) {
    if (this.#failed > 0) return this.#rows.push(['-', name, 'left out'])
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
  leaveOut(name, why) {
    this.#rows.push(['-', name, `not run, ${why}`])
  }

  /** Prints the summary, and the counts alone on the last line. */
  report() {
    console.log(`\n── Summary ${'─'.repeat(53)}\n`)
    for (const [mark, name, note] of this.#rows) console.log(`${mark} ${name.padEnd(24)} ${note}`)
    console.log(`  ${'in all'.padEnd(24)} ${elapsed(this.#started)}\n`)
    process.exitCode = this.#failed ? 1 : 0
    console.log(`${this.#passed} passed, ${this.#failed} failed`)
  }
}

async function attempt(work) {
  try {
    const result = (await work()) ?? 0
    return typeof result === 'number' ? { code: result, passed: 0, failed: 0 } : result
  } catch (error) {
    if (error.detail) console.error(error.detail)
    console.error(error.detail === undefined ? error : error.message)
    return { code: 1, passed: 0, failed: 0 }
  }
}

/** Style and mistakes. */
export const lint = () => node(command('@biomejs/biome', 'biome'), 'check', '.')

/** The types, those of the routes included. */
export async function types() {
  await run(process.execPath, [command('next'), 'typegen'], {
    advice: 'The types of the routes could not be made: correct what is shown above.',
  })
  return node(command('typescript', 'tsc'), '--noEmit')
}

/**
 * Tests but for those of the browser; with `filters`, only the files whose path has one of them, or
 * as vitest's options say.
 */
export const vitest = (...filters) =>
  counted(async file => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    return node(command('vitest'), 'run', ...reporters, ...filters)
  })

/** Browser tests. */
export const playwright = () =>
  counted(file => {
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
    return show(
      process.execPath,
      [command('@playwright/test', 'playwright'), 'test', '--reporter=list,json'],
      { env },
    )
  })

const node = (...args) => show(process.execPath, args)

async function counted(work) {
  const folder = mkdtempSync(path.join(tmpdir(), 'authscope-'))
  const file = path.join(folder, 'report.json')
  try {
    const code = await work(file)
    return { code, ...countsOf(file) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function countsOf(file) {
  try {
    const { numPassedTests, numFailedTests, stats } = JSON.parse(readFileSync(file, 'utf8'))
    if (stats) return { passed: stats.expected + stats.flaky, failed: stats.unexpected }
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    // No report: the tool did not get that far, and its exit code says so.
    return { passed: 0, failed: 0 }
  }
}
