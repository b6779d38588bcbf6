import pg from 'pg'
import type { Pool } from './database-postgresql.ts'
import type { Lookups } from './lookups.ts'

/** The type of a moment without a zone, as Prisma stores it: in UTC. */
const TIMESTAMP = pg.types.builtins.TIMESTAMP

const types = {
  getTypeParser(oid: number, format?: 'text') {
    if (oid === TIMESTAMP) return (text: string) => new Date(`${text}Z`)
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

/**
 * Lookups on the connections that Prisma uses too: under a name a statement is prepared once on
 * each of them.
 */
export function postgresqlLookups(pool: Pool): Lookups {
  let made = 0
  return {
    prepare(sql) {
      made += 1
      const statement = { name: `lookup ${made}`, text: sql, types }
      return async (...values) => (await pool.current().query({ ...statement, values })).rows
    },
    textsOf: parameter => `SELECT json_array_elements_text(${parameter}::json)`,
    close: pool.end,
  }
}
