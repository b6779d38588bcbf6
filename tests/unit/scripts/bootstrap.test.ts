import { globSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { expect, test } from 'vitest'

// A newcomer starts on Node 20 with no package installed. Until the switch to the Node of the
// project a script may load what that one can: modules of Node, and JavaScript of ours.

const ROOT = join(import.meta.dirname, '..', '..', '..')
const filesOf = (pattern: string) =>
  globSync(pattern, { cwd: ROOT }).map(file => file.split(sep).join('/'))

/** What is loaded at once. `import()` comes later, and a type in a comment never. */
const STATIC = /^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

/** It runs one tool, such as the one that installs the packages: a process of its own. */
const STARTED = 'scripts/lib/tool.mjs'

/** Every file that is loaded with these, and everything that they import and is no file of ours. */
function closureOf(files: string[]) {
  const own = new Set<string>()
  const others = new Set<string>()
  const visit = (file: string) => {
    if (own.has(file)) return
    own.add(file)
    for (const [, name = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(STATIC))
      if (name.startsWith('.')) visit(posix.join(posix.dirname(file), name))
      else others.add(name)
  }
  for (const file of files) visit(file)
  return { own: [...own].sort(), others: [...others] }
}

const bootstraps = filesOf('scripts/*.mjs')

test('before the switch of Node a script loads modules of Node and .mjs files alone', () => {
  expect(bootstraps).toEqual(expect.arrayContaining(['scripts/start.mjs', 'scripts/test.mjs']))
  const { own, others } = closureOf([...bootstraps, STARTED])
  expect(own).toEqual(
    expect.arrayContaining(['scripts/lib/toolchain.mjs', 'scripts/lib/tools.mjs']),
  )
  expect(own.filter(file => !file.endsWith('.mjs'))).toEqual([])
  expect(others.filter(name => !name.startsWith('node:'))).toEqual([])
})

test('each command of package.json that runs a script of ours begins with such a file', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const begun = Object.values<string>(scripts).flatMap(
    command => command.match(/node (\S+)/)?.[1] ?? [],
  )
  expect(begun.filter(file => !bootstraps.includes(file))).toEqual([])
})

test('what is needed only after the switch is TypeScript', () => {
  const { own } = closureOf([...bootstraps, STARTED])
  expect(filesOf('{scripts,server}/**/*.{js,mjs,cjs}').sort()).toEqual(own)
})
