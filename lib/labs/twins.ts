/** Something a file of the twins exports, with what its docstring says first. */
export type Part = {
  name: string
  firstSentence: string
  /** The first and the last line of it in its file, from 1, docstring and all. */
  from: number
  to: number
}

const DECLARED = /^export (?:async )?(?:function|const) (\w+)/
const OTHER = /^(?:async )?(?:function|const|type|export type) (\w+)/

/** What a file exports, in its order: each from its docstring to the line before the next thing. */
export function partsOf(text: string): Part[] {
  const lines = text.trimEnd().split('\n')
  const starts = lines.flatMap((line, index) =>
    DECLARED.test(line) || OTHER.test(line) ? [index] : [],
  )
  return starts.flatMap((start, at) => {
    const name = DECLARED.exec(lines[start] ?? '')?.[1]
    if (name === undefined) return []
    const next = starts[at + 1]
    const end = next === undefined ? lines.length : docstringStart(lines, next)
    const from = docstringStart(lines, start)
    const docstring = lines.slice(from, start).join(' ')
    return [
      { name, firstSentence: firstSentence(docstring), from: from + 1, to: trimmed(lines, end) },
    ]
  })
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

function firstSentence(docstring: string): string {
  const text = docstring
    .replaceAll(/\/\*\*|\*\/|^\s*\*|\s\*\s/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return /^.*?[.?](?= [A-Z]|$)/.exec(text)?.[0] ?? text
}
