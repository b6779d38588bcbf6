import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { databaseFile, inRoot } from './paths.mjs'
import { Stop } from './steps.mjs'

/** The schema and its migrations, in the layout of the Prisma CLI. */
export const prismaFolder = inRoot('prisma', 'sqlite')
export const migrationsFolder = path.join(prismaFolder, 'migrations')

const BUSY_MILLISECONDS = 10_000
const filters = { externalTables: [], externalEnums: [] }
let bindings

/**
 * Applies the migrations that a database does not have yet.
 * @param {{ databaseUrl: string, folder?: string }} options
 * @returns {Promise<string[]>} the names of those applied
 */
export async function applyMigrations({ databaseUrl, folder = migrationsFolder }) {
  const { appliedMigrationNames } = await withEngine(databaseUrl, engine =>
    engine.applyMigrations({ migrationsList: readMigrations(folder), filters }),
  )
  return appliedMigrationNames
}

/**
 * Compares where the existing migrations lead with the schema.
 * @returns {Promise<{ sql: string, summary: string }>} the SQL from the one to the other, and the changes in words
 */
export async function diffToSchema({ schema, folder = migrationsFolder }) {
  const files = [{ path: 'schema.prisma', content: readFileSync(schema, 'utf8') }]
  const migrations = readMigrations(folder)
  const from = migrations.migrationDirectories.length ? { tag: 'migrations', ...migrations } : { tag: 'empty' }
  const request = { from, to: { tag: 'schemaDatamodel', files }, exitCode: null, filters }
  return withEngine(':memory:', async engine => {
    const sql = await engine.diff({ ...request, script: true })
    const summary = await engine.diff({ ...request, script: false })
    return { sql: sql.stdout ?? '', summary: summary.stdout ?? '' }
  })
}

function readMigrations(folder) {
  const lock = path.join(folder, 'migration_lock.toml')
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
  const migrationDirectories = names
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
    .map(name => ({ path: name, migrationFile: { path: 'migration.sql', content: readSql(folder, name) } }))
  const content = existsSync(lock) ? readFileSync(lock, 'utf8') : null
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content },
    shadowDbInitScript: '',
    migrationDirectories,
  }
}

function readSql(folder, name) {
  try {
    return { tag: 'ok', value: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }
  } catch (error) {
    return { tag: 'error', value: error.message }
  }
}

async function withEngine(databaseUrl, work) {
  const { SchemaEngine } = await loadEngine()
  const { PrismaBetterSqlite3 } = await import('@prisma/adapter-better-sqlite3')
  const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils')
  if (!/^(file:|:memory:)/.test(databaseUrl)) {
    throw new Stop('DATABASE_URL must start with "file:": this build of the migrations is for SQLite.')
  }
  const url = databaseUrl === ':memory:' ? databaseUrl : databaseFile(databaseUrl)
  const factory = new PrismaBetterSqlite3({ url, timeout: BUSY_MILLISECONDS })
  const connections = []
  const remember = connection => {
    connections.push(connection)
    return connection
  }
  const adapters = bindMigrationAwareSqlAdapterFactory({
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => remember(await factory.connect()),
    connectToShadowDb: async () => remember(takingScripts(await factory.connectToShadowDb())),
  })
  try {
    const engine = await SchemaEngine.new({}, () => {}, adapters)
    return await work(engine)
  } catch (error) {
    const cause = adapters.errorRegistry.consumeError(0)?.error
    throw new Stop(`The migrations of ${databaseUrl} did not work: ${sentence(error)}`, cause?.message)
  } finally {
    // The engine closes nothing itself, and an open file can neither be moved nor, on Windows, deleted.
    for (const connection of connections) await connection.dispose()
  }
}

/** The engine replays a whole migration on the shadow database as one query, which better-sqlite3 takes as a script only. */
function takingScripts(connection) {
  const executeRaw = connection.executeRaw.bind(connection)
  connection.executeRaw = query =>
    query.args.length ? executeRaw(query) : connection.executeScript(query.sql).then(() => 0)
  return connection
}

/**
 * Prisma's schema engine as WebAssembly: the one of the `prisma` command, without the download. Its package is made
 * for bundlers, so it is put together by hand here.
 */
async function loadEngine() {
  if (bindings) return bindings
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'))
  const loaded = await import(pathToFileURL(path.join(folder, 'schema_engine_bg.js')).href)
  const code = readFileSync(path.join(folder, 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': loaded })
  loaded.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  bindings = loaded
  return bindings
}

/** The engine's own words, without the frames of its Rust stack. */
const sentence = error =>
  String(error.message ?? error)
    .split('\n')
    .filter(line => line.trim() && !/^\s+(\d+:|at |with )/.test(line))
    .join(' ')
