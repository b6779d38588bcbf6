import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { DiffTarget, MigrationFile, MigrationList } from '@prisma/schema-engine-wasm'
import { factoryFor } from './adapters.ts'
import { databaseFile, inRoot, type Provider, providerOf } from './paths.mjs'
import { withEngine } from './schema-engine.ts'

/**
 * The folder of a provider's schema, and that of its migrations, in the layout of the Prisma CLI.
 */
export const schemaOf = (provider: Provider): string => inRoot('prisma', provider, 'schema.prisma')
export const migrationsOf = (provider: Provider): string => inRoot('prisma', provider, 'migrations')

/** What Prisma notes of the migrations, without those that were taken back. */
const NOTED =
  'SELECT migration_name, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL'

const filters = { externalTables: [], externalEnums: [] }

/**
 * Applies the migrations that a database does not have yet: those for its kind, unless a folder is
 * given. Returns the names of those applied.
 */
export async function applyMigrations({
  databaseUrl,
  folder = migrationsOf(providerOf(databaseUrl)),
}: {
  databaseUrl: string
  folder?: string
}): Promise<string[]> {
  // The engine wants the database for itself before it looks, and an app may run on it.
  if (await isUpToDate(databaseUrl, readMigrations(folder))) return []
  const { appliedMigrationNames } = await withEngine(databaseUrl, engine =>
    engine.applyMigrations({ migrationsList: readMigrations(folder), filters }),
  )
  return appliedMigrationNames
}

/**
 * Whether each of the migrations was applied, and none of any failed. What cannot be read is for
 * the engine to judge.
 */
async function isUpToDate(
  databaseUrl: string,
  { migrationDirectories }: MigrationList,
): Promise<boolean> {
  if (providerOf(databaseUrl) === 'sqlite' && !existsSync(databaseFile(databaseUrl))) return false
  let connection: SqlDriverAdapter | undefined
  try {
    connection = await (await factoryFor(databaseUrl)).connect()
    const { rows } = await connection.queryRaw({ sql: NOTED, args: [], argTypes: [] })
    const isFailed = rows.some(([, finishedAt]) => finishedAt === null)
    const applied = new Set(rows.map(([name]) => name))
    return !isFailed && migrationDirectories.every(({ path: name }) => applied.has(name))
  } catch {
    return false
  } finally {
    await connection?.dispose()
  }
}

/**
 * Compares where the existing migrations lead with the schema. They are replayed on a database
 * beside the one at the URL, which is left alone. Returns the SQL from the one to
 * the other, and the changes in words.
 */
export async function diffToSchema({
  databaseUrl,
  schema = schemaOf(providerOf(databaseUrl)),
  folder = migrationsOf(providerOf(databaseUrl)),
}: {
  databaseUrl: string
  schema?: string
  folder?: string
}): Promise<{ sql: string; summary: string }> {
  const files = [{ path: 'schema.prisma', content: readFileSync(schema, 'utf8') }]
  const migrations = readMigrations(folder)
  const from: DiffTarget = migrations.migrationDirectories.length
    ? { tag: 'migrations', ...migrations }
    : { tag: 'empty' }
  const to: DiffTarget = { tag: 'schemaDatamodel', files }
  const request = { from, to, exitCode: null, filters }
  return withEngine(databaseUrl, async engine => {
    const sql = await engine.diff({ ...request, script: true })
    const summary = await engine.diff({ ...request, script: false })
    return { sql: sql.stdout ?? '', summary: summary.stdout ?? '' }
  })
}

function readMigrations(folder: string): MigrationList {
  const lock = path.join(folder, 'migration_lock.toml')
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
  const migrationDirectories = names
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
    .map(name => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: readSql(folder, name) },
    }))
  const content = existsSync(lock) ? readFileSync(lock, 'utf8') : null
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content },
    shadowDbInitScript: '',
    migrationDirectories,
  }
}

function readSql(folder: string, name: string): MigrationFile['content'] {
  try {
    return { tag: 'ok', value: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }
  } catch (error) {
    return { tag: 'error', value: error instanceof Error ? error.message : String(error) }
  }
}
