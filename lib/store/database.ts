import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaClient } from '../../prisma/sqlite/generated/client.ts'

export type Database = PrismaClient

/**
 * What every connection must be: durable at each commit (FULL, not WAL's default NORMAL) and strict. The driver works synchronously:
 * waiting inside it would stop the whole process, so it waits next to nothing itself and is asked again instead.
 */
const PRAGMAS =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 20;'

/** How long a statement is tried again while another process holds the database, in milliseconds, and how often. */
const PATIENCE = 1500
const RETRY_AFTER = 40

const isBusy = (thrown: unknown): boolean =>
  /SQLITE_BUSY|database is locked|SocketTimeout/.test(
    `${String(thrown)} ${JSON.stringify((thrown as { cause?: unknown } | null)?.cause) ?? ''}`,
  )

/** The same work, tried again for a while when the database is busy. */
function patiently<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  return async argument => {
    const deadline = performance.now() + PATIENCE
    for (;;) {
      try {
        return await work(argument)
      } catch (thrown) {
        if (!isBusy(thrown) || performance.now() > deadline) throw thrown
        await new Promise(resolve => setTimeout(resolve, RETRY_AFTER))
      }
    }
  }
}

class DurableSqlite extends PrismaBetterSqlite3 {
  override async connect() {
    const connection = await super.connect()
    await connection.executeScript(PRAGMAS)
    connection.queryRaw = patiently(connection.queryRaw.bind(connection))
    connection.executeRaw = patiently(connection.executeRaw.bind(connection))
    return connection
  }
}

/** Opens the database at a `file:` URL, which must be there: an empty one made in passing would look like a store that answers. */
export function openDatabase(url: string): Database {
  return new PrismaClient({ adapter: new DurableSqlite({ url, fileMustExist: true }) })
}

/** The database cannot be reached, is full, or is locked for too long: declared as 503, never as an answer about a credential. */
export class StoreUnavailable extends Error {}

// Prisma's codes for a database that is away, slow or gone (P1xxx), for time-outs (P2024, P2028), and SQLite's own for a file
// that cannot be opened, read or written.
const OUTAGE = /^(P1\d{3}|P2024|P2028)$/
const SQLITE_OUTAGE =
  /SQLITE_(CANTOPEN|BUSY|LOCKED|IOERR|FULL|READONLY|NOTADB|CORRUPT)|unable to open|Cannot open database|database is locked|disk I\/O|readonly database|is not a database|disk image is malformed|disk is full|SocketTimeout/i

/** Whether something thrown means that the store cannot be reached right now. */
export function isOutage(thrown: unknown): boolean {
  if (thrown instanceof StoreUnavailable) return true
  if (!(thrown instanceof Error)) return false
  const { code } = thrown as Error & { code?: unknown }
  return OUTAGE.test(String(code)) || SQLITE_OUTAGE.test(`${String(code)} ${thrown.message}`)
}

/** Whether something thrown means that a unique value was taken: the way a race for it is lost. */
export const isTaken = (thrown: unknown): boolean => (thrown as { code?: unknown } | null)?.code === 'P2002'
