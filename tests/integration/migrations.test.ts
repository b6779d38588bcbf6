import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { applyMigrations, diffToSchema, migrationsOf } from '../../scripts/lib/migrate.ts'
import { Stop } from '../../scripts/lib/stop.mjs'
import { startApp, type TestApp } from '../fixtures/app.ts'
import { provider, takeBareDatabase } from '../fixtures/database.ts'
import { portion } from '../fixtures/portion.ts'

const MIGRATE = join(import.meta.dirname, '..', '..', 'scripts', 'migrate.mjs')
/** The number of the lock that Prisma's engine takes on PostgreSQL while it applies migrations. */
const ENGINES_LOCK = 72_707_369

test('the migrations lead to the schema, and a second time there is nothing to apply', async () => {
  const { config } = await startApp()
  const { sql } = await diffToSchema({ databaseUrl: config.databaseUrl })
  expect(sql.split('\n').filter(line => line.trim() && !line.startsWith('--'))).toEqual([])
  expect(await applyMigrations({ databaseUrl: config.databaseUrl })).toEqual([])
})

/**
 * An app that is used, and on PostgreSQL somebody who migrates at the same time: nobody else gets
 * the engine's lock.
 */
async function startUsed(databaseUrl?: string): Promise<TestApp> {
  const app = await startApp(databaseUrl === undefined ? {} : { databaseUrl })
  await app.database.$queryRawUnsafe('SELECT count(*) FROM "User"')
  if (provider() === 'sqlite') return app
  const other = new pg.Client({ connectionString: app.config.databaseUrl })
  await other.connect()
  await other.query(`SELECT pg_advisory_lock(${ENGINES_LOCK})`)
  onTestFinished(() => other.end())
  return app
}

test('where there is nothing to migrate, it needs no lock: the running app is left alone', async () => {
  const { config } = await startUsed()
  expect(await applyMigrations({ databaseUrl: config.databaseUrl })).toEqual([])
  const env = { ...process.env, DATABASE_URL: config.databaseUrl }
  const { stdout } = await promisify(execFile)(process.execPath, [MIGRATE], { env })
  expect(stdout).toBe('Nothing to migrate: the database is up to date.\n')
})

/** The migrations but for the last. */
function withoutLast(): { folder: string; last: string } {
  const folder = mkdtempSync(join(tmpdir(), 'authscope-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(migrationsOf(provider()), folder, { recursive: true })
  const last =
    readdirSync(folder)
      .filter(name => !name.endsWith('.toml'))
      .sort()
      .at(-1) ?? ''
  rmSync(join(folder, last), { recursive: true })
  return { folder, last }
}

const IN_USE = / is in use, and has to be migrated: stop what runs on it, then retry\.$/

// The engine waits ten seconds for whoever has the database: once is enough, and twice in soak.
test.runIf(portion(provider() === 'sqlite', true))(
  'where there is something to migrate, it says who must stop first',
  async () => {
    const url = await takeBareDatabase()
    const { folder, last } = withoutLast()
    await applyMigrations({ databaseUrl: url, folder })
    expect(await applyMigrations({ databaseUrl: url, folder })).toEqual([])
    const { close } = await startUsed(url)
    await expect(applyMigrations({ databaseUrl: url })).rejects.toThrow(IN_USE)
    if (provider() === 'postgresql') return
    await close()
    expect(await applyMigrations({ databaseUrl: url })).toEqual([last])
  },
)

test.skipIf(provider() !== 'sqlite')(
  'a place that cannot be a database is said in a sentence',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'authscope-migrations-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (const name of ['', 'nowhere/x.db']) {
      const refused = applyMigrations({ databaseUrl: `file:${join(folder, name)}` })
      await expect(refused).rejects.toThrow(Stop)
      await expect(refused).rejects.toThrow(/^The migrations of file:\S+ did not work: /)
    }
  },
)

test('a migration that has failed is not taken for one that was applied', async () => {
  const app = await startApp()
  await app.database.$executeRawUnsafe('UPDATE "_prisma_migrations" SET "finished_at" = NULL')
  const { databaseUrl } = app.config
  await app.close()
  await expect(applyMigrations({ databaseUrl })).rejects.toThrow(/failed migrations/)
})
