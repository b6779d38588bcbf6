import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import { connectToShadow, factoryFor } from './adapters.ts'
import { nameOf } from './paths.mjs'
import { Stop } from './stop.mjs'

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
