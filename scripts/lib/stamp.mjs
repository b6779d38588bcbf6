import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './paths.mjs'

/**
 * What is in the folder but not in the build: everything else counts, so that a new source folder
 * is never forgotten.
 */
const NOT_BUILT = new Set([
  'node_modules',
  'scripts',
  'server',
  'services',
  'tests',
  'docs',
  'deploy',
  'coverage',
  'test-results',
  'playwright-report',
  'generated',
  'next-env.d.ts',
])

/**
 * Hash of the names and contents of files and folders, given relative to the project. What is
 * missing counts too.
 * @param {string[]} names
 * @param {(name: string) => boolean} skip
 */
export function hashOf(names, skip = () => false) {
  const hash = createHash('sha256')
  const visit = (/** @type {string} */ name) => {
    const full = path.join(root, name)
    const stats = statSync(full, { throwIfNoEntry: false })
    if (stats?.isDirectory()) {
      for (const entry of readdirSync(full).sort()) if (!skip(entry)) visit(path.join(name, entry))
    } else {
      hash.update(`${name}\0${stats ? stats.size : 'missing'}\0`)
      if (stats) hash.update(readFileSync(full))
    }
  }
  for (const name of [...names].sort()) visit(name)
  return hash.digest('hex')
}

/** Hash of everything that `next build` can see. */
export function hashOfSources() {
  const skip = (/** @type {string} */ name) =>
    name.startsWith('.') || /\.(md|tsbuildinfo)$/.test(name) || NOT_BUILT.has(name)
  return hashOf(
    readdirSync(root).filter(name => !skip(name)),
    skip,
  )
}

/**
 * Whether the stamp at this path was left by a step that had the same input.
 * @param {string} file
 * @param {string} hash
 */
export function isStamped(file, hash) {
  try {
    return readFileSync(file, 'utf8').trim() === hash
  } catch {
    return false
  }
}

/**
 * Leaves the stamp: this step is done for this input. One that is right is left as it is: whoever
 * starts need not own it.
 * @param {string} file
 * @param {string} hash
 */
export function stamp(file, hash) {
  if (isStamped(file, hash)) return
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${hash}\n`)
}

/**
 * Takes the stamp away before the work starts, so that work which was interrupted is done again.
 * @param {string} file
 */
export const unstamp = file => rmSync(file, { force: true })
