import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { PrismaClient } from '../../prisma/postgresql/generated/client.ts'

/**
 * In milliseconds: for a connection to be there, made or waited for, and for a statement to be
 * answered. Both together must leave room within the two seconds after which the app says that the
 * store is away.
 */
const CONNECT = 800
const ANSWER = 900

/** How long a request waits for a PostgreSQL that is away before it is told, in milliseconds. */
export const POSTGRESQL_PATIENCE = CONNECT + ANSWER

/** Connections of one instance. PostgreSQL serves 100 in all, unless it is told otherwise. */
const CONNECTIONS = 10

/**
 * What every connection must be: durable at each commit, whatever the server's or the role's own
 * choice. The server gives a statement up shortly before nobody waits for it any more, so that it
 * holds no locks on behalf of nobody.
 */
const SETTINGS = {
  synchronous_commit: 'on',
  statement_timeout: ANSWER - 100,
  lock_timeout: ANSWER - 100,
  idle_in_transaction_session_timeout: 5000,
}

/**
 * PostgreSQL's text has no room for NUL, and refuses the statement. It is given what stands for
 * what cannot be read, which finds nothing.
 */
const withoutNul = (query: SqlQuery): SqlQuery => ({
  ...query,
  args: query.args.map(arg => (typeof arg === 'string' ? arg.replaceAll('\0', '\ufffd') : arg)),
})

function takingAnyText<Q extends SqlQueryable>(queryable: Q): Q {
  const { queryRaw, executeRaw } = queryable
  queryable.queryRaw = query => queryRaw.call(queryable, withoutNul(query))
  queryable.executeRaw = query => executeRaw.call(queryable, withoutNul(query))
  return queryable
}

/** The connections to one database: there when they are first asked for, also after an end. */
export type Pool = { current(): pg.Pool; end(): Promise<void> }

/** The connections to the database at a `postgresql:` URL. */
export function postgresqlPool(url: string): Pool {
  let pool: pg.Pool | null = null
  function open(): pg.Pool {
    const opened = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT,
      query_timeout: ANSWER,
      keepAlive: true,
      options: Object.entries(SETTINGS)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    })
    // One that breaks while nobody uses it is replaced by the next request.
    opened.on('error', () => undefined)
    return opened
  }
  return {
    current() {
      pool ??= open()
      return pool
    },
    async end() {
      const ended = pool
      pool = null
      await ended?.end()
    },
  }
}

class TolerantPostgresql extends PrismaPg {
  readonly #pool: Pool
  constructor(pool: Pool) {
    super({})
    this.#pool = pool
  }
  override async connect() {
    const connection = takingAnyText(await new PrismaPg(this.#pool.current()).connect())
    const { startTransaction } = connection
    connection.startTransaction = async level =>
      takingAnyText(await startTransaction.call(connection, level))
    return connection
  }
}

/** Opens the database behind a pool. */
export const openPostgresql = (pool: Pool): PrismaClient =>
  new PrismaClient({ adapter: new TolerantPostgresql(pool) })

// SQLSTATE (PostgreSQL's documentation, appendix A): connections (08), resources (53), the server
// stops or starts (57P), time-outs (57014, 55P03), conflicts (40), a standby that takes no writes
// (25006), its disk (58, XX), and a server that does not know us (28, 3D).
const OUTAGE_STATE = /^(08|53|57P|58|XX|28|3D|40)|^(57014|55P03|25006)/
// What the system says of a connection that was not made, or broke.
const OUTAGE_SOCKET = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN)$/
// What the driver says by itself has no code.
const OUTAGE_MESSAGE =
  /^(Query read timeout|timeout exceeded when trying to connect|timeout expired|Connection terminated|Client has encountered a connection error)/
// What the adapter has put into a kind of its own, and the code with it.
const OUTAGE_KIND =
  /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TlsConnectionError|TooManyConnections|TransactionWriteConflict|DatabaseDoesNotExist|DatabaseAccessDenied|AuthenticationFailed)$/

type Driven = Error & {
  code?: unknown
  meta?: { driverAdapterError?: { cause?: Record<string, unknown> } }
}

/**
 * Whether an error, through Prisma or not, means that PostgreSQL cannot be reached or used right
 * now.
 */
export function isPostgresqlOutage(thrown: Driven): boolean {
  const { kind, originalCode } = thrown.meta?.driverAdapterError?.cause ?? {}
  if (OUTAGE_KIND.test(String(kind)) || OUTAGE_STATE.test(String(originalCode))) return true
  // The driver itself, asked without Prisma, has the state as its code.
  const code = String(thrown.code)
  return OUTAGE_STATE.test(code) || OUTAGE_SOCKET.test(code) || OUTAGE_MESSAGE.test(thrown.message)
}
