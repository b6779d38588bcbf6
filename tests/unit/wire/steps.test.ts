import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from '../../../app/_i18n/en.json'
import ko from '../../../app/_i18n/ko.json'
import { LANES, STEPS } from '../../../lib/wire/steps.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const FACTS = Object.entries(STEPS)
const NAMES = Object.keys(STEPS)

/** The sentences of a language by the names of their steps. */
const sentencesOf = ({ steps }: { steps: object }): Record<string, string> =>
  Object.fromEntries(
    Object.entries(steps).flatMap(([noun, sentences]) =>
      Object.entries<string>(sentences).map(([done, text]) => [`${noun}.${done}`, text]),
    ),
  )
const EN = sentencesOf(en)
const KO = sentencesOf(ko)

test('every step is named by a noun and what was done', () => {
  expect(NAMES.length).toBeGreaterThan(50)
  for (const name of NAMES) expect(name).toMatch(/^[a-z]+(_[a-z]+)?\.[a-z]+(_[a-z]+)?$/)
})

test.each(FACTS)('%s names the file it happens in, and that file tells it', (name, { source }) => {
  expect(existsSync(join(ROOT, source))).toBe(true)
  expect(readFileSync(join(ROOT, source), 'utf8')).toContain(`'${name}'`)
})

test.each(FACTS)('%s stands in a lane', (_, { lane }) => {
  expect(LANES).toContain(lane)
})

test('both languages explain every step, and nothing else', () => {
  expect(Object.keys(EN).sort()).toEqual(NAMES.toSorted())
  expect(Object.keys(KO).sort()).toEqual(NAMES.toSorted())
})

test.each(NAMES)('%s is explained in a sentence of each language', name => {
  expect(EN[name]).toMatch(/^[A-Z_“][^가-힣]{19,}[.!?]$/)
  expect(KO[name]).toMatch(/[가-힣]/)
  expect(KO[name]?.length).toBeGreaterThan(8)
  expect(KO[name]).not.toBe(EN[name])
  // Else a message takes it for an argument or a tag, and an apostrophe for a quotation.
  for (const sentence of [EN[name], KO[name]]) expect(sentence).not.toMatch(/[{}<>']/)
})

test.each([
  ['English', EN],
  ['Korean', KO],
])('no two steps have the same explanation in %s', (_, sentences) => {
  expect(new Set(Object.values(sentences)).size).toBe(NAMES.length)
})
