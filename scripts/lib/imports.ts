import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

// Which files need which: of types too, because a reader needs those and so does a copy.

const ROOT = join(import.meta.dirname, '..', '..')

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The files of the project that match, by their paths from its root. */
export const filesOf = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT, exclude: ['**/generated/**', 'node_modules/**'] }).sort()

/** Every import, of types too. */
const EVERY = /(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g
/** What is there when it runs: types alone leave nothing behind. */
export const WHEN_IT_RUNS =
  /(?:(?:^|[;\n}])\s*(?:import|export)\s+(?!type\b)(?:[^'"();]*?\sfrom\s+)?|\b(?:import|require)\(\s*)['"]([^'"]+)['"]/g
/** What is loaded at once. `import()` comes later, and a type in a comment never. */
export const AT_ONCE = /^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

/** What stands in a comment is no import. */
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

/** Files of the project by their paths from its root, and all else by the names it goes by. */
type Imported = { files: string[]; others: string[] }

/** What a file imports in one of these ways. */
export function importsOf(file: string, way = EVERY): Imported {
  const names = [...read(file).replace(COMMENT, '').matchAll(way)].map(([, name = '']) => name)
  const isOwn = (name: string) => name.startsWith('.') || name.startsWith('@/')
  return {
    files: names.filter(isOwn).map(name => resolve(file, name)),
    others: names.filter(name => !isOwn(name)),
  }
}

function resolve(from: string, name: string): string {
  const path = name.startsWith('@/') ? name.slice(2) : posix.join(dirname(from), name)
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`]
  return candidates.find(file => /\.\w+$/.test(file) && existsSync(join(ROOT, file))) ?? path
}

/** The packages among names: those of Node's own modules are none. */
export const packagesIn = (names: string[]): string[] => {
  const toPackage = (name: string) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/')
  return [...new Set(names.filter(name => !name.startsWith('node:')).map(toPackage))]
}

/** Everything some files need, and they themselves. */
export function closureOf(starts: string[], way = EVERY): Imported {
  const files = new Set<string>()
  const others = new Set<string>()
  const waiting = [...starts]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    if (!/\.(ts|tsx|mjs)$/.test(file)) continue
    const needed = importsOf(file, way)
    for (const name of needed.others) others.add(name)
    waiting.push(...needed.files)
  }
  return { files: [...files].sort(), others: [...others].sort() }
}
