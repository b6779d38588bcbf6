import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

// Which files need which: of types too, because a reader needs those and so does a copy.

const ROOT = join(import.meta.dirname, '..', '..')

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The files of the project that match, by their paths from its root. */
export const filesOf = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, exclude: ['**/generated/**', 'node_modules/**'] }).sort()

const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g
/** What stands in a comment or in a text is no import. */
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

/** What a file imports: files of the project, and packages by their names. */
export function importsOf(file: string): { files: string[]; packages: string[] } {
  const names = [...read(file).replace(COMMENT, '').matchAll(IMPORT)].map(([, name = '']) => name)
  const isOwn = (name: string) => name.startsWith('.') || name.startsWith('@/')
  return {
    files: names.filter(isOwn).map(name => resolve(file, name)),
    packages: names.filter(name => !isOwn(name) && !name.startsWith('node:')).map(toPackage),
  }
}

function resolve(from: string, name: string): string {
  const path = name.startsWith('@/') ? name.slice(2) : posix.join(dirname(from), name)
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`]
  return candidates.find(file => /\.\w+$/.test(file) && existsSync(join(ROOT, file))) ?? path
}

const toPackage = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

/** Everything some files need, and they themselves. */
export function closureOf(starts: string[]): { files: string[]; packages: string[] } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const waiting = [...starts]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    if (!/\.(ts|tsx|mjs)$/.test(file)) continue
    const needed = importsOf(file)
    for (const name of needed.packages) packages.add(name)
    waiting.push(...needed.files)
  }
  return { files: [...files].sort(), packages: [...packages].sort() }
}
