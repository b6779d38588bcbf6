import { readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from '../../scripts/lib/paths.mjs'
import type { Report } from './bench.ts'
import { tablesOf } from './print.ts'
import { machineLine } from './tables.ts'

/** The page that has the tables, each between two comments with its name. */
export const PAGE = 'docs/performance.md'

/** A text with what stands between the comments of a name replaced; null where there are none. */
export function withTable(text: string, name: string, table: string): string | null {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) return null
  return `${text.slice(0, from + begin.length)}\n${table}\n\n${text.slice(to)}`
}

/** Writes what was measured into the page. What was not stays as it was. Returns the names. */
export function writeTables(report: Report): string[] {
  let text = readFileSync(inRoot(PAGE), 'utf8')
  const written = tablesOf(report).flatMap(([name, table]) => {
    const replaced = withTable(text, name, `${table}\n\n${machineLine(report.machine)}.`)
    text = replaced ?? text
    return replaced ? [name] : []
  })
  writeFileSync(inRoot(PAGE), text)
  return written
}
