import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MEASUREMENTS } from '../../../scripts/lib/bench-options.mjs'
import { PAGE, withTable } from '../../bench/document.ts'

const PLACE = 'Before\n<!-- wire -->\nold\n<!-- end of wire -->\nAfter\n'

test('a table takes the place of the one before, and nothing else changes', () => {
  const once = withTable(PLACE, 'wire', 'new')
  expect(once).toBe('Before\n<!-- wire -->\nnew\n\n<!-- end of wire -->\nAfter\n')
  expect(withTable(once ?? '', 'wire', 'new')).toBe(once)
  expect(withTable(PLACE, 'storm', 'new')).toBeNull()
})

test.each(MEASUREMENTS)('the page has a place for %s', name => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', PAGE), 'utf8')
  expect(withTable(page, name, '')).not.toBeNull()
})
