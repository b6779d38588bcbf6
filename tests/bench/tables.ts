import type { Machine } from './machine.ts'
import type { Spread } from './measure.ts'

export const inMilliseconds = (value: number) => value.toFixed(value < 10 ? 2 : 1)
export const whole = (value: number) => Math.round(value).toLocaleString('en')
export const asRatio = (value: number) => value.toFixed(2)
/** The least and the most: how far the rounds lay apart. */
export const asRange = ({ least, most }: Spread, show: (value: number) => string) =>
  `${show(least)}–${show(most)}`

/**
 * A table in Markdown, which a terminal shows as well: the first column is text, the others are
 * numbers.
 */
export function table(heading: string, columns: string[], rows: (string | number)[][]): string {
  const all = [columns, ...rows.map(row => row.map(String))]
  const widths = columns.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const cellOf = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const line = (row: string[]) => `| ${row.map(cellOf).join(' | ')} |`
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`,
  )
  return `\n${heading}\n\n${[line(columns), `|${rule.join('|')}|`, ...all.slice(1).map(line)].join('\n')}`
}

export function machineLine({ date, processor, cores, gibibytes, system, ...of }: Machine): string {
  return [
    `${date}, ${processor}, ${cores} cores, ${gibibytes} GiB, ${system}, Node ${of.node}`,
    namesOf(of.packages),
  ].join('\n')
}

/** Packages with their versions. */
export const namesOf = (packages: Record<string, string>): string =>
  Object.entries(packages)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
