import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { applyMigrations } from '../../scripts/lib/migrate.ts'
import { databaseUrl } from '../../scripts/lib/paths.mjs'
import { serve } from '../../server/serve.ts'

// The app as it is built, on a database of its own, for the browser tests. Loopback counts as a
// proxy here, so that each test can come from an address of its own and no test is throttled for
// another's wrong passwords.
const kept = process.env.AUTHSCOPE_E2E_FOLDER
const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'authscope-e2e-'))
if (!kept) process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

// The same in the same folder, so that a server that is started again opens what the one before it
// sealed.
const secret = (purpose: string) =>
  createHash('sha256').update(`${folder} ${purpose}`).digest('base64url')
const environment = {
  NODE_ENV: 'production',
  PORT: '3210',
  AUTHSCOPE_DATA: folder,
  AUTHSCOPE_DEMO: '1',
  AUTHSCOPE_SECRET: secret('seals'),
  AUTHSCOPE_PEPPER: secret('passwords'),
  AUTHSCOPE_TRUSTED_PROXIES: '127.0.0.1,::1',
  // What a hash costs is no subject of these tests.
  AUTHSCOPE_BCRYPT_COST: '10',
  AUTHSCOPE_CORS_ORIGINS: 'http://127.0.0.1:3211',
  DATABASE_URL: `file:${path.join(folder, 'e2e.db')}`,
}
for (const [name, value] of Object.entries(environment)) process.env[name] ??= value
Object.assign(process.env, { NODE_ENV: 'production' })
await applyMigrations({ databaseUrl: databaseUrl() })
await import('../../prisma/seed.ts')
await serve()
