import type { Report } from './bench.ts'
import type { Result } from './measure.ts'

const milliseconds = (value: number) => value.toFixed(value < 10 ? 2 : 1)
const whole = (value: number) => Math.round(value).toLocaleString('en')

/**
 * A table in Markdown, which a terminal shows as well: the first column is text, the others are
 * numbers.
 */
function table(heading: string, columns: string[], rows: (string | number)[][]): void {
  const all = [columns, ...rows.map(row => row.map(String))]
  const widths = columns.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  console.log(`\n${heading}\n\n${[line(columns), rule, ...all.slice(1).map(line)].join('\n')}`)
}

function requests(heading: string, results: Result[]): void {
  const bare = results[0]?.p50 ?? Number.NaN
  table(
    heading,
    ['ms', 'p50', 'p95', 'p99', 'p50 of rounds', '× bare', 'requests/s'],
    results.map(({ name, p50, p95, p99, least, most, perSecond }) => [
      name,
      ...[p50, p95, p99].map(milliseconds),
      `${milliseconds(least)}–${milliseconds(most)}`,
      (p50 / bare).toFixed(1),
      whole(perSecond),
    ]),
  )
}

/** Everything, for people. */
export function print({
  machine,
  inProcess,
  overHttp,
  bytes,
  signIns,
  crowds,
  storage,
  growth,
}: Report): void {
  const { node, cores, gibibytes, date, seconds } = machine
  console.log(`Node ${node}, ${cores} cores, ${gibibytes} GiB, ${date}, measured in ${seconds} s`)
  requests('GET /api/verify at the route handlers, bare route: GET /api/health/live', inProcess)
  requests('The same over HTTP, the client on the same machine', overHttp)
  table(
    'Bytes of a request as it is sent, and of the credential in it',
    ['bytes', 'request', 'credential'],
    bytes.map(({ name, bytes, credential }) => [name, bytes, credential]),
  )
  table(
    'What 1,000 signed-in users take in the store',
    ['mode and place', 'rows or keys', 'bytes', 'bytes each'],
    storage.map(({ mode, place, rows, bytes }) => [
      `${mode} in ${place}`,
      whole(rows),
      bytes === null ? '-' : whole(bytes),
      bytes === null ? '-' : whole(bytes / 1000),
    ]),
  )
  table(
    'One lookup among so many records (p50, ms)',
    ['place', 'records', 'session', 'token, denylist'],
    growth.map(({ place, records, session, token }) => [
      place,
      whole(records),
      milliseconds(session),
      milliseconds(token),
    ]),
  )
  const { hashing, perSecond, quiet, meanwhile } = signIns
  table(
    `Signing in: ${perSecond.toFixed(1)} a second with bcrypt cost 12; one hash takes ${Object.entries(
      hashing,
    )
      .map(([cost, took]) => `${milliseconds(took)} ms at cost ${cost}`)
      .join(', ')}`,
    ['reads by a session, ms', 'p50', 'p95', 'p99'],
    [
      ['nobody signing in', ...[quiet.p50, quiet.p95, quiet.p99].map(milliseconds)],
      [
        '8 signing in at a time',
        ...[meanwhile.p50, meanwhile.p95, meanwhile.p99].map(milliseconds),
      ],
    ],
  )
  table(
    'Crowds that sign in with the right password: how many are in, and how long they waited',
    ['who', 'tried', 'signed in', 'p50, s', 'longest, s'],
    crowds.map(({ who, tried, signedIn, p50, longest }) => [
      who,
      tried,
      signedIn,
      p50.toFixed(1),
      longest.toFixed(1),
    ]),
  )
}
