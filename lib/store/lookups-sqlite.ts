import Sqlite from 'better-sqlite3'
import { PRAGMAS, patiently } from './database-sqlite.ts'
import type { Lookups, Row } from './lookups.ts'

type Prepared = (values: object) => Row[]

/**
 * Lookups on a connection of their own to the file at a `file:` URL, beside Prisma's. What is
 * committed there is found by the next lookup here, and what is not is not.
 */
export function sqliteLookups(url: string): Lookups {
  let connection: Sqlite.Database | null = null
  const prepared = new Map<string, Prepared>()

  function open(): Sqlite.Database {
    const opened = new Sqlite(url.slice('file:'.length), { fileMustExist: true })
    opened.exec(`${PRAGMAS} PRAGMA query_only = ON;`)
    return opened
  }

  function prepareNow(sql: string): Prepared {
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
    const found = (values: object) => statement.all(values).map(toRow)
    prepared.set(sql, found)
    return found
  }

  return {
    prepare<R>(sql: string) {
      const ask = patiently(async (values: object) => {
        const statement = prepared.get(sql) ?? prepareNow(sql)
        return statement(values) as R[]
      })
      // `$1` is a name to SQLite, which a list would leave without a value.
      return (...values: string[]) => ask({ 1: values[0], 2: values[1], 3: values[2] })
    },
    textsOf: parameter => `SELECT value FROM json_each(${parameter})`,
    async close() {
      prepared.clear()
      connection?.close()
      connection = null
    },
  }
}
