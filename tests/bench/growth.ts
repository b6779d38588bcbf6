import pg from 'pg'
import type { App } from '../../lib/app.ts'
import { percentilesOf, timeEach } from './measure.ts'
import type { Place } from './places.ts'

const LOOKUPS = 300

/**
 * How long the lookups of a request take among so many records: a session's, and that of what may
 * have ended a token.
 */
export type Growth = { place: string; records: number; session: number; token: number }

// A series of numbers, as each database makes one. The rest of the statements is the same.
const SERIES = {
  sqlite: (from: number, to: number) =>
    `WITH RECURSIVE s(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${to}) SELECT n FROM s`,
  postgresql: (from: number, to: number) => `SELECT n FROM generate_series(${from}, ${to}) AS g(n)`,
}

/** A moment as each database has it. */
const MOMENT = {
  sqlite: (at: Date) => `'${at.toISOString().replace('Z', '+00:00')}'`,
  postgresql: (at: Date) => `TIMESTAMP '${at.toISOString().slice(0, -1)}'`,
}

/**
 * Fills the tables with records `from` to `to`: a session, a family and a denied token each, and an
 * account for ten.
 */
async function fill(
  { app, place }: { app: App; place: Place },
  from: number,
  to: number,
): Promise<void> {
  const kind = place.kind as 'sqlite' | 'postgresql'
  const [now, later] = [new Date(), new Date(Date.now() + 3_600_000)].map(MOMENT[kind])
  const series = SERIES[kind](from, to)
  const user = `'user-' || (n / 10)`
  const statements = [
    `INSERT INTO "User" ("id", "email", "name", "passwordHash", "role", "createdAt", "tokenVersion", "signInVersion")
     SELECT ${user}, ${user} || '@growth.example', 'Growth', '', 'reader', ${now}, 'version', 'version' FROM (${series}) t WHERE n % 10 = 0`,
    `INSERT INTO "Session" ("idHash", "handle", "userId", "role", "createdAt", "lastSeenAt", "idleSeconds", "idleExpiresAt",
       "absoluteExpiresAt", "userAgent", "address", "signInVersion")
     SELECT 'a hash as long as they are, of record ' || n, 'handle-' || n, ${user}, 'reader', ${now}, ${now}, 1800, ${later}, ${later},
       'bench', '127.0.0.1', 'version' FROM (${series}) t`,
    `INSERT INTO "RefreshFamily" ("id", "userId", "createdAt", "lastSeenAt", "absoluteExpiresAt", "userAgent", "address", "generation",
       "idleExpiresAt", "signInVersion")
     SELECT 'family-' || n, ${user}, ${now}, ${now}, ${later}, 'bench', '127.0.0.1', 0, ${later}, 'version' FROM (${series}) t`,
    `INSERT INTO "DeniedToken" ("jti", "expiresAt") SELECT 'denied-' || n, ${later} FROM (${series}) t`,
  ]
  if (kind === 'sqlite') {
    for (const statement of statements) await app.database.$executeRawUnsafe(statement)
    return
  }
  // Not by the app's connections: they would give up so long a statement.
  const client = new pg.Client({ connectionString: app.config.databaseUrl })
  await client.connect()
  for (const statement of [...statements, 'ANALYZE']) await client.query(statement)
  await client.end()
}

/**
 * Looks up among more and more records. The record is another each time, spread over all there are.
 */
export async function measureGrowth(
  apps: { app: App; place: Place }[],
  sizes: number[],
): Promise<Growth[]> {
  const grown: Growth[] = []
  let filled = 0
  for (const records of sizes) {
    for (const one of apps) await fill(one, filled, records - 1)
    filled = records
    for (const { app, place } of apps) {
      let turn = 0
      const next = () => (turn++ * 7919) % records
      const session = () => app.sessions.find(`a hash as long as they are, of record ${next()}`)
      const token = () => {
        const n = next()
        return app.tokens.standing({
          sub: `user-${Math.floor(n / 10)}`,
          sid: `family-${n}`,
          jti: `none-${n}`,
        })
      }
      const timed = async (work: () => Promise<unknown>) =>
        percentilesOf((await timeEach(work, LOOKUPS)).milliseconds).p50
      // Once to warm up.
      await timed(session)
      grown.push({
        place: place.name,
        records,
        session: await timed(session),
        token: await timed(token),
      })
    }
  }
  return grown
}
