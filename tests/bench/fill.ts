import Sqlite from 'better-sqlite3'
import pg from 'pg'

/** How the id of a record is kept: as long as it is, and different from the first letters on. */
export const ID_HASH = {
  sqlite: `printf('%08x', (n * 2654435761) % 4294967296) || ' as long as a hash, ' || n`,
  postgresql: `lpad(to_hex((n * 2654435761) % 4294967296), 8, '0') || ' as long as a hash, ' || n`,
}
export const idHashOf = (n: number): string =>
  `${((n * 2654435761) % 4294967296).toString(16).padStart(8, '0')} as long as a hash, ${n}`

type Kind = keyof typeof ID_HASH

const SERIES = {
  sqlite: (records: number) =>
    `WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < ${records - 1}) SELECT n FROM s`,
  postgresql: (records: number) =>
    `SELECT n::bigint FROM generate_series(0, ${records - 1}) AS g(n)`,
}

/** A moment as each database has it. */
const MOMENT = {
  sqlite: (at: Date) => `'${at.toISOString().replace('Z', '+00:00')}'`,
  postgresql: (at: Date) => `TIMESTAMP '${at.toISOString().slice(0, -1)}'`,
}

/** A session, a family and a denied token for each number, and an account for ten. */
function statementsFor(kind: Kind, records: number): string[] {
  const [now, later] = [new Date(), new Date(Date.now() + 3_600_000)].map(MOMENT[kind])
  const series = SERIES[kind](records)
  const user = `'user-' || (n / 10)`
  return [
    `INSERT INTO "User" ("id", "email", "name", "passwordHash", "role", "createdAt", "tokenVersion",
       "signInVersion")
     SELECT ${user}, ${user} || '@growth.example', 'Growth', '', 'reader', ${now}, 'version',
       'version' FROM (${series}) t WHERE n % 10 = 0`,
    `INSERT INTO "Session" ("idHash", "handle", "userId", "role", "createdAt", "lastSeenAt",
       "idleSeconds", "idleExpiresAt", "absoluteExpiresAt", "userAgent", "address", "signInVersion")
     SELECT ${ID_HASH[kind]}, 'handle-' || n, ${user}, 'reader', ${now}, ${now}, 1800, ${later},
       ${later}, 'bench', '127.0.0.1', 'version' FROM (${series}) t ORDER BY 1`,
    `INSERT INTO "RefreshFamily" ("id", "userId", "createdAt", "lastSeenAt", "absoluteExpiresAt",
       "userAgent", "address", "generation", "idleExpiresAt", "signInVersion")
     SELECT 'family-' || n, ${user}, ${now}, ${now}, ${later}, 'bench', '127.0.0.1', 0, ${later},
       'version' FROM (${series}) t ORDER BY 1`,
    `INSERT INTO "DeniedToken" ("jti", "expiresAt")
     SELECT 'denied-' || n, ${later} FROM (${series}) t ORDER BY 1`,
  ]
}

/** Fills a database that has its tables and that no app uses yet. */
export async function fill(kind: Kind, databaseUrl: string, records: number): Promise<void> {
  const statements = statementsFor(kind, records)
  if (kind === 'sqlite') {
    const database = new Sqlite(databaseUrl.replace(/^file:/, ''))
    // Nothing is lost that could not be written again.
    for (const pragma of ['foreign_keys = OFF', 'synchronous = OFF', 'cache_size = -262144'])
      database.exec(`PRAGMA ${pragma}`)
    for (const statement of statements) database.exec(statement)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    return
  }
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  // Without a look at the other table for each row: what is referred to is there.
  await client.query(`SET session_replication_role = replica`)
  for (const statement of [...statements, 'VACUUM ANALYZE', 'CHECKPOINT'])
    await client.query(statement)
  await client.end()
}
