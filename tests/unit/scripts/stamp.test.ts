import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isStamped, stamp } from '../../../scripts/lib/stamp.mjs'

test('a stamp that is right is not written again, and one that is wrong is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'deeper', 'stamp')
  stamp(file, 'one')
  const before = new Date(0)
  utimesSync(file, before, before)
  stamp(file, 'one')
  expect([isStamped(file, 'one'), statSync(file).mtimeMs]).toEqual([true, 0])
  stamp(file, 'two')
  expect([isStamped(file, 'two'), readFileSync(file, 'utf8')]).toEqual([true, 'two\n'])
})
