import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { PrismaClient } from '../../prisma/sqlite/generated/client.ts'
import { createTurns } from '../turns.ts'

/**
 * What every connection must be: durable at each commit (FULL, not WAL's default NORMAL) and
 * strict. The driver works synchronously: waiting inside it would stop the whole process, so it
 * waits next to nothing itself and is asked again instead.
 */
export const PRAGMAS =
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ' +
  'PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 20;'

/**
 * How long a statement is tried again while another process holds the database, in milliseconds,
 * and how often.
 */
export const SQLITE_PATIENCE = 1500
const RETRY_AFTER = 40

const isBusy = (thrown: unknown): boolean =>
  /SQLITE_BUSY|database is locked|SocketTimeout/.test(
    `${String(thrown)} ${JSON.stringify((thrown as { cause?: unknown } | null)?.cause) ?? ''}`,
  )

const wait = (milliseconds: number) =>
  new Promise<void>(resolve => setTimeout(resolve, milliseconds))

/** The same work, tried again for a while when the database is busy. */
export function patiently<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  return async argument => {
    const deadline = performance.now() + SQLITE_PATIENCE
    for (;;) {
      try {
        return await work(argument)
      } catch (thrown) {
        if (!isBusy(thrown) || performance.now() > deadline) throw thrown
        await wait(RETRY_AFTER)
      }
    }
  }
}

/**
 * There is one connection, and what is sent to it while a transaction is open becomes a part of
 * that: acknowledged before it is durable, and gone if the transaction is rolled back. So
 * everything else waits until it is over.
 */
function apartFromTransactions(connection: SqlDriverAdapter): SqlDriverAdapter {
  const { executeScript } = connection
  connection.executeScript = async script => executeScript.call(connection, script)
  let open: Promise<void> | null = null
  // The driver works synchronously: of many statements none holds up what else has arrived for
  // longer than it takes itself.
  const turn = createTurns(1)
  // At each try, as one may have been opened since the last; and no longer than anything else is
  // waited for.
  const whenApart = <A, R>(work: (argument: A) => Promise<R>) =>
    patiently(async (argument: A): Promise<R> => {
      await turn()
      const deadline = performance.now() + SQLITE_PATIENCE
      while (open) {
        if (performance.now() > deadline) throw new Error('SQLITE_BUSY: a transaction is open')
        await Promise.race([open, wait(RETRY_AFTER)])
      }
      return work(argument)
    })
  const { queryRaw, executeRaw, startTransaction } = connection
  connection.queryRaw = whenApart(queryRaw.bind(connection))
  connection.executeRaw = whenApart(executeRaw.bind(connection))
  connection.startTransaction = whenApart(async level => {
    const { promise, resolve } = Promise.withResolvers<void>()
    open = promise
    const end = () => {
      open = null
      resolve()
    }
    try {
      const transaction = await startTransaction.call(connection, level)
      const { queryRaw, executeRaw, commit, rollback } = transaction
      return Object.assign(transaction, {
        queryRaw: patiently(queryRaw.bind(transaction)),
        executeRaw: patiently(executeRaw.bind(transaction)),
        commit: () => commit.call(transaction).finally(end),
        async rollback() {
          // Asked for after a COMMIT that failed too, which leaves the transaction open: what comes
          // next must not be a part of it.
          await connection.executeScript('ROLLBACK').catch(() => undefined)
          await rollback.call(transaction).finally(end)
        },
      })
    } catch (thrown) {
      end()
      throw thrown
    }
  })
  return connection
}

class DurableSqlite extends PrismaBetterSqlite3 {
  override async connect() {
    const connection = await super.connect()
    await connection.executeScript(PRAGMAS)
    return apartFromTransactions(connection)
  }
}

/**
 * Opens the database at a `file:` URL, which must be there: an empty one made in passing would look
 * like a store that answers.
 */
export const openSqlite = (url: string): PrismaClient =>
  new PrismaClient({ adapter: new DurableSqlite({ url, fileMustExist: true }) })

// SQLite's own words for a file that cannot be opened, read or written.
const OUTAGE =
  /SQLITE_(CANTOPEN|BUSY|LOCKED|IOERR|FULL|READONLY|NOTADB|CORRUPT)|unable to open|Cannot open database|database is locked|disk I\/O|readonly database|is not a database|disk image is malformed|disk is full|SocketTimeout/i

/** Whether an error that came through Prisma means that SQLite's file cannot be used right now. */
export const isSqliteOutage = (thrown: Error & { code?: unknown }): boolean =>
  OUTAGE.test(`${String(thrown.code)} ${thrown.message}`)
