import { expect, test } from 'vitest'
import { QUESTIONS } from '../../../lib/labs/twins.ts'
import { twins } from '../../../scripts/lib/twins.ts'

const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
const show = (names: string[], width?: number) =>
  twins(names, width).replace(ESCAPE, '').split('\n')

test('both files stand side by side, and what they export begins on the same line', () => {
  const lines = show(['standing'], 160)
  expect(lines[0]).toBe('Is it still good?')
  expect(lines[2]).toMatch(
    /^session {2}lib\/auth\/session\/standing\.ts +│ token {2}lib\/auth\/token\/standing\.ts$/,
  )
  const at = lines.findIndex(line => line.startsWith('── standing '))
  expect(lines[at + 1]).toMatch(/^ +\d+ \/\*\* +│ +\d+ \/\*\*$/)
})

test.each([40, 80, 120, 160, 237])('nothing is wider than a terminal of %i columns', width => {
  for (const line of show([], width)) expect(line.length).toBeLessThanOrEqual(width)
})

test('a narrow terminal gets one above the other, session first', () => {
  const lines = show(['open'], 100)
  const [session, token] = ['session', 'token'].map(mode =>
    lines.indexOf(`${mode}  lib/auth/${mode}/open.ts`),
  )
  expect(session).toBeGreaterThan(0)
  expect(token).toBeGreaterThan(session ?? 0)
  expect(lines.some(line => line.includes('│'))).toBe(false)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
})

test.each([80, 160])('no line of code is lost in %i columns', width => {
  const text = show(['refresh'], width)
    .join('')
    .replaceAll(/[\s│\d]/g, '')
  for (const name of ['detectReuse', 'tellRotation', 'reissueTo']) expect(text).toContain(name)
  expect(show([], width).filter(line => /^═+$/.test(line)).length).toBe(QUESTIONS.length)
})

test('an unknown question is answered with the six there are', () => {
  expect(() => twins(['verify'])).toThrow(`The six are: ${QUESTIONS.join(', ')}.`)
  expect(() => twins(['open', 'standing'])).toThrow('There is no question "open standing"')
})
