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
    const statement = connection.prepare<object, Row>(sql)
    const moments = statement.columns().filter(({ type }) => type === 'DATETIME')
    const found = (values: object) => {
      const rows = statement.all(values)
      for (const row of rows)
        for (const { name } of moments)
          if (row[name] !== null) row[name] = new Date(String(row[name]))
      return rows
    }
    prepared.set(sql, found)
    return found
  }

  return {
    prepare<R>(sql: string) {
      const ask = patiently(async (values: object) => {
        const statement = prepared.get(sql) ?? prepareNow(sql)
        return statement(values) as R[]
      })
      // `$1` is a name to SQLite.
      return (...values: string[]) => ask(Object.assign({}, ...values.map(named)))
    },
    textsOf: parameter => `SELECT value FROM json_each(${parameter})`,
    async close() {
      prepared.clear()
      connection?.close()
      connection = null
    },
  }
}

const named = (value: string, index: number) => ({ [index + 1]: value })
