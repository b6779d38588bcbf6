import { MODES, type Mode } from '../settings/settings.ts'

/** The questions that both mechanisms answer, each in a file of this name. */
export const QUESTIONS = ['carrier', 'open', 'standing', 'issue', 'refresh', 'revoke'] as const
export type Question = (typeof QUESTIONS)[number]

export const isQuestion = (name: unknown): name is Question =>
  QUESTIONS.some(question => question === name)

/** The file in which a mechanism answers a question. */
export const fileOf = (mode: Mode, question: Question): string => `lib/auth/${mode}/${question}.ts`

/** The twins whose answer to a question a file is, or null. */
export const questionOf = (file: string): Question | null =>
  QUESTIONS.find(question => MODES.some(mode => fileOf(mode, question) === file)) ?? null

/** Something that a file declares, with what its docstring says first. */
export type Part = {
  name: string
  firstSentence: string
  /** The first and the last line of it in its file, from 1, docstring and all. */
  from: number
  to: number
}

/** The same, whether or not others may use it. */
export type Declaration = Part & { sentences: string[]; isExported: boolean }

const DECLARED =
  /^(export )?(?:async )?(?:(function|const|let|class)\*?|type|interface|enum) (?<name>\w+)/

/** What a file declares, in its order: each from its docstring to the next thing. */
export function declarationsOf(text: string): Declaration[] {
  const lines = text.trimEnd().split('\n')
  const starts = lines.flatMap((line, index) => (DECLARED.test(line) ? [index] : []))
  return starts.map((start, at) => {
    const found = DECLARED.exec(lines[start] ?? '')
    const next = starts[at + 1]
    const end = next === undefined ? lines.length : docstringStart(lines, next)
    const from = docstringStart(lines, start)
    const sentences = sentencesOf(lines.slice(from, start).join(' '))
    return {
      name: found?.groups?.name ?? '',
      // A type is nothing that a caller could call.
      isExported: found?.[1] !== undefined && found[2] !== undefined,
      firstSentence: sentences[0] ?? '',
      sentences,
      from: from + 1,
      to: trimmed(lines, end),
    }
  })
}

/** What a file exports, in its order. */
export const partsOf = (text: string): Part[] =>
  declarationsOf(text).flatMap(({ name, firstSentence, from, to, isExported }) =>
    isExported ? [{ name, firstSentence, from, to }] : [],
  )

/** The question of a file, and what its docstring answers in one sentence. */
export function answerOf(text: string): { question: string; answer: string } {
  const asked = declarationsOf(text).find(({ firstSentence }) => firstSentence.endsWith('?'))
  return { question: asked?.firstSentence ?? '', answer: asked?.sentences[1] ?? '' }
}

/** The line on which the comment right above a line begins, or that line. */
function docstringStart(lines: string[], line: number): number {
  let start = line
  while (/^\s*(\/\*\*|\*|\/\/)/.test(lines[start - 1] ?? '')) start -= 1
  return start
}

/** The last line before `end` on which something stands, from 1. */
function trimmed(lines: string[], end: number): number {
  let last = end
  while (last > 0 && lines[last - 1]?.trim() === '') last -= 1
  return last
}

function sentencesOf(docstring: string): string[] {
  const text = docstring
    .replaceAll(/\/\*\*|\*\/|^\s*\*|\s\*\s|\/\//g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return text.match(/\S.*?[.?](?= [A-Z`]|$)|\S.*$/g) ?? []
}

/** What stands on one side of a row: declarations with their lines. */
export type Half = (Part & { lines: string[] })[]

/**
 * What stands side by side: what both import, what they declare before the first export, then an
 * export each, with what only that file needs below it.
 */
export type Row = { kind: 'imports' | 'before' | 'export'; name: string } & Record<Mode, Half>

/** Two files side by side, aligned by what they export. */
export function rowsOf(texts: Record<Mode, string>): Row[] {
  const halves = { session: halvesOf(texts.session), token: halvesOf(texts.token) }
  const names = new Set([...halves.session.keys(), ...halves.token.keys()])
  return [...names].flatMap(name => {
    const kind = name === 'imports' || name === 'before' ? name : 'export'
    const [session, token] = MODES.map(mode => halves[mode].get(name) ?? [])
    if (!session || !token || session.length + token.length === 0) return []
    return [{ kind, name, session, token }]
  })
}

function halvesOf(text: string): Map<string, Half> {
  const lines = text.trimEnd().split('\n')
  const declarations = declarationsOf(text)
  const withLines = (part: Part) => ({ ...part, lines: lines.slice(part.from - 1, part.to) })
  const first = (declarations[0]?.from ?? lines.length + 1) - 1
  const imports = { name: 'imports', firstSentence: '', from: 1, to: trimmed(lines, first) }
  const halves = new Map<string, Half>([
    ['imports', imports.to > 0 ? [withLines(imports)] : []],
    ['before', []],
  ])
  let last = 'before'
  for (const { name, firstSentence, from, to, isExported } of declarations) {
    if (isExported) last = name
    const above = halves.get(last) ?? []
    halves.set(last, [...above, withLines({ name, firstSentence, from, to })])
  }
  return halves
}
