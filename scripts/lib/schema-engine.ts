import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import type { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlQuery } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import { databaseFile, nameOf, providerOf } from './paths.mjs'
import { Stop } from './stop.mjs'

/** The URL of a SQLite database that is nowhere. */
export const IN_MEMORY = 'file::memory:'

/** How long a database that somebody else holds is waited for. */
const BUSY_MILLISECONDS = 10_000
/** What SQLite, its adapter, PostgreSQL (55P03) and the engine say when it was not let go. */
const IN_USE = /SocketTimeout|database is locked|SQLITE_BUSY|lock timeout|advisory lock/

/**
 * Does some work with Prisma's schema engine on a database. What it cannot do stops with a
 * sentence.
 */
export async function withEngine<Value>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<Value>,
): Promise<Value> {
  const { SchemaEngine } = await loadEngine()
  const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils')
  const factory = await factoryFor(databaseUrl)
  const connections: SqlDriverAdapter[] = []
  const remember = (connection: SqlDriverAdapter) => {
    // The engine closes a shadow database itself, and only that. A second time there would be
    // nothing to close.
    const dispose = connection.dispose.bind(connection)
    let closing: Promise<void> | undefined
    connection.dispose = () => {
      closing ??= dispose()
      return closing
    }
    connections.push(connection)
    return connection
  }
  const adapters = bindMigrationAwareSqlAdapterFactory({
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => remember(await factory.connect()),
    connectToShadowDb: async () => remember(await connectToShadow(factory, databaseUrl)),
  })
  try {
    const options = { datamodels: undefined }
    const engine = await SchemaEngine.new(options, () => {}, adapters)
    return await work(engine)
  } catch (error) {
    const cause = adapters.errorRegistry.consumeError(0)?.error
    const detail = cause === undefined ? undefined : messageOf(cause)
    if (IN_USE.test(`${messageOf(error)} ${detail}`))
      throw new Stop(
        `${nameOf(databaseUrl)} is in use, and has to be migrated: stop what runs on it, then retry.`,
      )
    throw new Stop(
      `The migrations of ${nameOf(databaseUrl)} did not work: ${sentence(error)}`,
      detail,
    )
  } finally {
    // An open file can neither be moved nor, on Windows, deleted.
    for (const connection of connections) await connection.dispose()
  }
}

/**
 * How a database is connected to, and how long one that is away, or that somebody else holds, is
 * waited for, in milliseconds.
 */
export async function factoryFor(
  databaseUrl: string,
  patience = BUSY_MILLISECONDS,
): Promise<PrismaPg | PrismaBetterSqlite3> {
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
async function connectToShadow(
  factory: PrismaPg | PrismaBetterSqlite3,
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

type Engine = typeof import('@prisma/schema-engine-wasm/schema_engine_bg')

const ENGINE = Symbol.for('authscope.schema-engine')
const shared = globalThis as { [ENGINE]?: Promise<Engine> }

/**
 * Prisma's schema engine as WebAssembly: the one of the `prisma` command, without the download. Its
 * package is made for bundlers, so it is put together by hand here.
 */
function loadEngine(): Promise<Engine> {
  // Once in a process, also for those who ask at the same time or have this file loaded twice: the
  // engine's code has room for one.
  shared[ENGINE] ??= load()
  return shared[ENGINE]
}

async function load(): Promise<Engine> {
  const name = '@prisma/schema-engine-wasm/schema_engine_bg'
  const loaded = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const folder = path.dirname(createRequire(import.meta.url).resolve(name))
  const code = readFileSync(path.join(folder, 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': loaded })
  loaded.__wbg_set_wasm(instance.exports)
  const start = instance.exports.__wbindgen_start as () => void
  start()
  return loaded
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** The engine's own words, without the frames of its Rust stack. */
const sentence = (error: unknown) =>
  messageOf(error)
    .split('\n')
    .filter(line => line.trim() && !/^\s+(\d+:|at |with )/.test(line))
    .join(' ')
