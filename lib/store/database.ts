import type { Prisma, PrismaClient } from '../../prisma/sqlite/generated/client.ts'
import { isPostgresqlOutage, openPostgresql, postgresqlPool } from './database-postgresql.ts'
import { isSqliteOutage, openSqlite } from './database-sqlite.ts'
import type { Lookups } from './lookups.ts'
import { postgresqlLookups } from './lookups-postgresql.ts'
import { sqliteLookups } from './lookups-sqlite.ts'

/** The database, of either kind: the models are the same, and a test holds them equal. */
export type Database = PrismaClient

const onServers = new WeakSet<Database>()
const lookups = new WeakMap<Database, Lookups>()

/** Opens SQLite at a `file:` URL, PostgreSQL at any other. Connects when it is first asked. */
export function openDatabase(url: string): Database {
  if (url.startsWith('file:')) {
    const database = openSqlite(url)
    lookups.set(database, sqliteLookups(url))
    return database
  }
  const pool = postgresqlPool(url)
  const database = openPostgresql(pool) as unknown as Database
  onServers.add(database)
  lookups.set(database, postgresqlLookups(pool))
  return database
}

/** The lookups of a database, beside what Prisma does there. */
export function lookupsOf(database: Database): Lookups {
  const found = lookups.get(database)
  if (!found) throw new Error('a database is opened by openDatabase')
  return found
}

/** Lets go of every connection. */
export async function closeDatabase(database: Database): Promise<void> {
  await database.$disconnect()
  await lookups.get(database)?.close()
}

export type Transaction = Prisma.TransactionClient

/** Any number, as long as nothing else takes the same lock in this database. */
const TURN = 7001

/**
 * Runs one statement while no other that is run this way is under way on any instance, so that what
 * it reads holds until it is done. SQLite has one writer at a time anyway; on PostgreSQL two
 * statements at once would not see each other.
 */
export async function inTurn<T>(
  database: Database,
  statement: Prisma.PrismaPromise<T>,
): Promise<T> {
  if (!onServers.has(database)) return statement
  const [, result] = await database.$transaction([
    database.$executeRaw`SELECT pg_advisory_xact_lock(${TURN}::bigint)`,
    statement,
  ])
  return result
}

/**
 * Does some work as one transaction, while no other that is done this way is under way on any
 * instance: what it finds holds until it is done. It has to begin with a write, so that SQLite,
 * too, lets nobody come between what it reads and what it writes.
 */
export async function alone<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return database.$transaction(async transaction => {
    if (onServers.has(database))
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${TURN}::bigint)`
    return work(transaction)
  })
}

/**
 * The database cannot be reached, is full, or is locked for too long: declared as 503, never as an
 * answer about a credential.
 */
export class StoreUnavailable extends Error {}

// Prisma's codes for a database that is away, slow or gone (P1xxx), for time-outs (P2024, P2028),
// for conflicts of transactions (P2034), and for too many connections (P2037). What else a driver
// says is its own affair.
const OUTAGE = /^(P1\d{3}|P2024|P2028|P2034|P2037)$/

/** Whether something thrown means that the store cannot be reached right now. */
export function isOutage(thrown: unknown): boolean {
  if (thrown instanceof StoreUnavailable) return true
  if (!(thrown instanceof Error)) return false
  const { code } = thrown as Error & { code?: unknown }
  return OUTAGE.test(String(code)) || isSqliteOutage(thrown) || isPostgresqlOutage(thrown)
}

/** Whether something thrown means that a unique value was taken: the way a race for it is lost. */
export const isTaken = (thrown: unknown): boolean =>
  (thrown as { code?: unknown } | null)?.code === 'P2002'
