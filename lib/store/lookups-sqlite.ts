import Sqlite from 'better-sqlite3'
import { LRUCache } from 'lru-cache'
import { PRAGMAS, patiently } from './database-sqlite.ts'
import type { Lookups, Row } from './lookups.ts'

/** What was found for so many values of one statement is remembered. */
const MOST = 10_000

type Found = { version: unknown; rows: Row[] }
type Statement = { find(values: string[]): Row[]; found: LRUCache<string, Found> }

/**
 * Lookups on a connection of their own to the file at a `file:` URL, beside Prisma's. What is
 * committed there is found by the next lookup here, and what is not is not: each lookup asks SQLite
 * whether anything was committed since, and what was found before is the answer only if not.
 */
export function sqliteLookups(url: string): Lookups {
  let connection: Sqlite.Database | null = null
  let readVersion = (): unknown => undefined
  /** Another number after each commit by anybody else, and this connection makes none. */
  let version: unknown
  const statements = new Map<string, Statement>()

  function open(): Sqlite.Database {
    const opened = new Sqlite(url.slice('file:'.length), { fileMustExist: true })
    opened.exec(`${PRAGMAS} PRAGMA query_only = ON;`)
    const asked = opened.prepare('PRAGMA data_version').pluck()
    readVersion = () => asked.get()
    return opened
  }

  function prepareNow(sql: string): Statement {
    connection ??= open()
    // As lists: the driver makes them in less time than objects.
    const statement = connection.prepare<object, unknown[]>(sql).raw()
    const columns = statement.columns()
    const toRow = (values: unknown[]): Row => {
      const row: Row = {}
      for (const [index, { name, type }] of columns.entries()) {
        const value = values[index]
        row[name] = type === 'DATETIME' && value !== null ? new Date(String(value)) : value
      }
      return row
    }
    const prepared = {
      // `$1` is a name to SQLite, which a list would leave without a value.
      find: ([first, second, third]: string[]) =>
        statement.all({ 1: first, 2: second, 3: third }).map(toRow),
      found: new LRUCache<string, Found>({ max: MOST }),
    }
    statements.set(sql, prepared)
    return prepared
  }

  function ask(sql: string, values: string[]): Row[] {
    const { find, found } = statements.get(sql) ?? prepareNow(sql)
    const name = values.join('\n')
    const before = found.get(name)
    if (before) {
      version = readVersion()
      if (before.version === version) return before.rows
    }
    // Of this version or of a later one, which is then found out by the next lookup.
    const rows = find(values)
    found.set(name, { version, rows })
    return rows
  }

  return {
    prepare<R>(sql: string) {
      const lookup = patiently(async (values: string[]) => ask(sql, values) as R[])
      return (...values: string[]) => lookup(values)
    },
    textsOf: parameter => `SELECT value FROM json_each(${parameter})`,
    async close() {
      statements.clear()
      connection?.close()
      connection = null
    },
  }
}
