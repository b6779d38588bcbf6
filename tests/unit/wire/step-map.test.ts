import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { STEP_MAP } from '../../../lib/wire/step-map.ts'
import { LANES } from '../../../lib/wire/steps.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const STEPS = Object.entries(STEP_MAP)

test('every step is named by a noun and what was done', () => {
  expect(STEPS.length).toBeGreaterThan(50)
  for (const [name] of STEPS) expect(name).toMatch(/^[a-z]+(_[a-z]+)?\.[a-z]+(_[a-z]+)?$/)
})

test.each(STEPS)('%s names the file it happens in, and that file tells it', (name, { source }) => {
  expect(existsSync(join(ROOT, source))).toBe(true)
  expect(readFileSync(join(ROOT, source), 'utf8')).toContain(`'${name}'`)
})

test.each(STEPS)(
  '%s is explained in both languages, and stands in a lane',
  (_, { en, ko, lane }) => {
    expect(LANES).toContain(lane)
    expect(en).toMatch(/^[A-Z_“][^가-힣]{19,}[.!?]$/)
    expect(ko).toMatch(/[가-힣]/)
    expect(ko.length).toBeGreaterThan(8)
    expect(ko).not.toBe(en)
  },
)

test('no two steps have the same explanation', () => {
  for (const language of ['en', 'ko'] as const)
    expect(new Set(STEPS.map(([, facts]) => facts[language])).size).toBe(STEPS.length)
})
