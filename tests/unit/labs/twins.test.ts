import { expect, test } from 'vitest'
import { answerOf, fileOf, QUESTIONS, questionOf, rowsOf } from '../../../lib/labs/twins.ts'
import { MODES } from '../../../lib/settings/settings.ts'
import { read } from '../../../scripts/lib/imports.ts'

const SESSION = `import { a } from './a.ts'

/** How long. */
const LIMIT = 3

/**
 * Where is it? Here, see 3.7. It goes
 * on.
 */
export async function find(): Promise<void> {
  help()
}

// Only this one needs it.
function help() {}

export const first = 1
`
const TOKEN = `export const first = 2
export function find() {}
export function extra() {}
`

test('two files are aligned by what they export, in the order of the first', () => {
  const rows = rowsOf({ session: SESSION, token: TOKEN }).map(({ kind, name, ...halves }) => [
    kind,
    name,
    ...MODES.map(mode => halves[mode].map(part => `${part.name} ${part.from}-${part.to}`).join()),
  ])
  expect(rows).toEqual([
    ['imports', 'imports', 'imports 1-1', ''],
    ['before', 'before', 'LIMIT 3-4', ''],
    ['export', 'find', 'find 6-12,help 14-15', 'find 2-2'],
    ['export', 'first', 'first 17-17', 'first 1-1'],
    ['export', 'extra', '', 'extra 3-3'],
  ])
})

test('a question is answered by the sentence after it', () => {
  expect(answerOf(SESSION)).toEqual({ question: 'Where is it?', answer: 'Here, see 3.7.' })
  expect(answerOf(TOKEN)).toEqual({ question: '', answer: '' })
})

test.each(QUESTIONS)('%s: each line stands in one row, with the number it has', question => {
  const [session, token] = MODES.map(mode => read(fileOf(mode, question)))
  const rows = rowsOf({ session: session ?? '', token: token ?? '' })
  for (const mode of MODES) {
    const lines = read(fileOf(mode, question)).trimEnd().split('\n')
    const parts = rows.flatMap(row => row[mode])
    const shown = parts.flatMap(({ from, lines }) => lines.map((_, index) => from + index))
    const written = lines.flatMap((line, index) => (line.trim() === '' ? [] : [index + 1]))
    expect(new Set(shown).size).toBe(shown.length)
    expect(written.filter(number => !shown.includes(number))).toEqual([])
    for (const part of parts) expect(part.lines).toEqual(lines.slice(part.from - 1, part.to))
    expect(questionOf(fileOf(mode, question))).toBe(question)
    expect(answerOf(read(fileOf(mode, question))).answer).toMatch(/^[A-Z].{20,}\.$/)
  }
  // The twins export the same: no half of a row for an export is empty.
  for (const row of rows.filter(({ kind }) => kind === 'export'))
    expect([row.name, row.session[0]?.name, row.token[0]?.name]).toEqual([
      row.name,
      row.name,
      row.name,
    ])
})
