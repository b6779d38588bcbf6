import { randomUUID } from 'node:crypto'
import type { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlQuery } from '@prisma/driver-adapter-utils'
import { databaseFile, providerOf } from './paths.mjs'

/** The URL of a SQLite database that is nowhere. */
export const IN_MEMORY = 'file::memory:'

/** How long a database that somebody else holds is waited for. */
const BUSY_MILLISECONDS = 10_000

type Factory = PrismaPg | PrismaBetterSqlite3

/**
 * How a database is connected to, and how long one that is away, or that somebody else holds, is
 * waited for, in milliseconds.
 */
export async function factoryFor(
  databaseUrl: string,
  patience = BUSY_MILLISECONDS,
): Promise<Factory> {
  if (providerOf(databaseUrl) === 'postgresql') return postgresqlFactory(databaseUrl, patience)
  const { PrismaBetterSqlite3 } = await import('@prisma/adapter-better-sqlite3')
  const url = databaseUrl === IN_MEMORY ? ':memory:' : databaseFile(databaseUrl)
  return new PrismaBetterSqlite3({ url, timeout: patience })
}

async function postgresqlFactory(databaseUrl: string, patience: number): Promise<PrismaPg> {
  const { PrismaPg } = await import('@prisma/adapter-pg')
  const waiting = { connectionTimeoutMillis: patience, lock_timeout: patience }
  return new PrismaPg({ connectionString: databaseUrl, ...waiting })
}

/**
 * A connection to a database that is there for the moment, with what the adapters lack for the
 * engine to replay migrations on it.
 */
export async function connectToShadow(
  factory: Factory,
  databaseUrl: string,
): Promise<SqlDriverAdapter> {
  if (factory.provider === 'sqlite') return takingScripts(await factory.connectToShadowDb())
  // By hand: the adapter's own way stays on the real database where that is named by a URL, and
  // drops the other while it is connected.
  const name = `shadow_${randomUUID()}`
  const real = await factory.connect()
  await real.executeScript(`CREATE DATABASE "${name}"`)
  const { href } = Object.assign(new URL(databaseUrl), { pathname: name })
  const shadow = await (await postgresqlFactory(href, BUSY_MILLISECONDS)).connect()
  const close = shadow.dispose.bind(shadow)
  shadow.dispose = async () => {
    await close()
    await real.executeScript(`DROP DATABASE "${name}"`)
    await real.dispose()
  }
  return readingChars(shadow)
}

/**
 * The engine replays a whole migration as one query, which better-sqlite3 takes as a script only.
 */
function takingScripts(connection: SqlDriverAdapter): SqlDriverAdapter {
  const executeRaw = connection.executeRaw.bind(connection)
  connection.executeRaw = (query: SqlQuery) =>
    query.args.length ? executeRaw(query) : connection.executeScript(query.sql).then(() => 0)
  return connection
}

/**
 * The engine reads columns of the catalogue whose type, `"char"`, the adapter does not know: they
 * are text of one letter.
 */
function readingChars(connection: Awaited<ReturnType<PrismaPg['connect']>>): SqlDriverAdapter {
  const [CHAR, TEXT] = [18, 25]
  const pool = connection.underlyingDriver()
  const query: Query = pool.query.bind(pool)
  Object.assign(pool, {
    query: async (...args: unknown[]) => {
      const result = await query(...args)
      for (const field of result.fields ?? [])
        if (field.dataTypeID === CHAR) field.dataTypeID = TEXT
      return result
    },
  })
  return connection
}

/** As the adapter calls it, whatever it gives. */
type Query = (...args: unknown[]) => Promise<{ fields?: { dataTypeID: number }[] }>
