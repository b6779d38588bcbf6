import { expect, test } from 'vitest'
import { AT_ONCE, closureOf, filesOf, read } from '../../../scripts/lib/imports.ts'

// A newcomer starts on Node 20 with no package installed. Until the switch to the Node of the
// project a script may load what that one can: modules of Node, and JavaScript of ours.

/** It runs one tool, such as the one that installs the packages: a process of its own. */
const STARTED = 'scripts/lib/tool.mjs'

const bootstraps = filesOf('scripts/*.mjs')

test('before the switch of Node a script loads modules of Node and .mjs files alone', () => {
  expect(bootstraps).toEqual(expect.arrayContaining(['scripts/start.mjs', 'scripts/test.mjs']))
  const { files: own, others } = closureOf([...bootstraps, STARTED], AT_ONCE)
  expect(own).toEqual(
    expect.arrayContaining(['scripts/lib/toolchain.mjs', 'scripts/lib/tools.mjs']),
  )
  expect(own.filter(file => !file.endsWith('.mjs'))).toEqual([])
  expect(others.filter(name => !name.startsWith('node:'))).toEqual([])
})

test('each command of package.json that runs a script of ours begins with such a file', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const begun = Object.values<string>(scripts).flatMap(
    command => command.match(/node (\S+)/)?.[1] ?? [],
  )
  expect(begun.filter(file => !bootstraps.includes(file))).toEqual([])
})

test('what is needed only after the switch is TypeScript', () => {
  const { files: own } = closureOf([...bootstraps, STARTED], AT_ONCE)
  expect(filesOf('{scripts,server}/**/*.{js,mjs,cjs}')).toEqual(own)
})
