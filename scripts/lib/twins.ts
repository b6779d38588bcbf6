import { styleText } from 'node:util'
import {
  answerOf,
  fileOf,
  type Half,
  isQuestion,
  QUESTIONS,
  type Question,
  rowsOf,
} from '../../lib/labs/twins.ts'
import { MODES, type Mode } from '../../lib/settings/settings.ts'
import { read } from './imports.ts'
import { Stop } from './stop.mjs'

/** Of what is not written to a terminal nobody can tell how wide it is shown. */
const WITHOUT_TERMINAL = 160
/** In less two columns leave too little of a line: one stands above the other. */
const TWO_COLUMNS = 120
/** In less even a name has no room. */
const NARROWEST = 40
/** The number of a line, and the space behind it. */
const NUMBER = 5

/** The answer to `npm run twins`, as wide as the terminal. */
export function twins(names: string[], width = process.stdout.columns ?? WITHOUT_TERMINAL): string {
  const [name, ...rest] = names
  if ((name !== undefined && !isQuestion(name)) || rest.length > 0)
    throw new Stop(
      [
        `There is no question "${names.join(' ')}". The six are: ${QUESTIONS.join(', ')}.`,
        'Say `npm run twins standing` for one, `npm run twins` for all.',
      ].join(' '),
    )
  const questions = name === undefined ? QUESTIONS : [name]
  return questions.map(question => show(question, Math.max(width, NARROWEST))).join('\n\n')
}

function show(question: Question, width: number): string {
  const [session, token] = MODES.map(mode => read(fileOf(mode, question)))
  const texts = { session: session ?? '', token: token ?? '' }
  const heading = bold(answerOf(texts.session).question)
  const rows = rowsOf(texts).filter(({ kind }) => kind !== 'imports')
  const files = toColumns(width, mode => [
    bold(`${mode}  ${fileOf(mode, question)}`),
    ...wrap(answerOf(texts[mode]).answer, columnOf(width)),
  ])
  const body = rows.flatMap(row => [
    rule(row.kind === 'export' ? row.name : 'types and constants', width),
    ...toColumns(width, mode => linesOf(row[mode], columnOf(width))),
  ])
  return [heading, '═'.repeat(width), ...files, ...body].join('\n')
}

const bold = (text: string) => styleText('bold', text)

const columnOf = (width: number) => (width < TWO_COLUMNS ? width : Math.floor((width - 3) / 2))

const rule = (name: string, width: number) =>
  `── ${bold(name)} ${'─'.repeat(width - name.length - 4)}`

/** The lines of both modes, side by side where there is room, else those of session first. */
function toColumns(width: number, linesFor: (mode: Mode) => string[]): string[] {
  const [session = [], token = []] = MODES.map(linesFor)
  if (width < TWO_COLUMNS) return [...session, '', ...token, '']
  const column = columnOf(width)
  return Array.from({ length: Math.max(session.length, token.length) }, (_, index) =>
    `${pad(session[index] ?? '', column)} │ ${token[index] ?? ''}`.trimEnd(),
  )
}

/** What makes a text bold takes no room. */
const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
const pad = (text: string, width: number) =>
  text + ' '.repeat(Math.max(0, width - text.replace(ESCAPE, '').length))

function linesOf(half: Half, column: number): string[] {
  return half.flatMap(({ from, lines }, at) => [
    ...(at === 0 ? [] : ['']),
    ...lines.flatMap((line, index) =>
      wrap(line, column - NUMBER).map((text, part) => {
        const number = part === 0 ? String(from + index) : ''
        return `${number.padStart(NUMBER - 1)} ${text}`
      }),
    ),
  ])
}

/** A line in pieces that fit, broken at spaces where there are some, a little further in. */
function wrap(line: string, width: number): string[] {
  if (line.length <= width) return [line]
  const indent = `${/^ */.exec(line)?.[0] ?? ''}  `
  const space = line.lastIndexOf(' ', width)
  const at = space > indent.length ? space : width
  return [line.slice(0, at), ...wrap(indent + line.slice(at).trimStart(), width)]
}
