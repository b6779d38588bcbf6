import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closureOf, filesOf, read, WHEN_IT_RUNS } from '../../../scripts/lib/imports.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

const SERVICE = filesOf('services/reports/**/*.ts')

test('the reports service loads the gate, the problem table and little else: no store, no secret, no app', () => {
  expect(closureOf(SERVICE, WHEN_IT_RUNS)).toEqual({
    files: [
      'lib/context/audit.ts',
      'lib/auth/jwt/check.ts',
      'lib/clock.ts',
      'lib/http/problems.ts',
      'lib/http/reply.ts',
      'lib/http/result.ts',
      'lib/random.ts',
      'lib/settings/settings.ts',
      ...SERVICE,
    ].sort(),
    others: ['hono', 'hono/cors', 'jose', 'node:crypto', 'zod'],
  })
})

test('nor does what starts it', () => {
  const { files, others } = closureOf(['scripts/reports.mjs'], WHEN_IT_RUNS)
  expect(
    files.filter(file =>
      /^lib\/(app|config|store)|(scripts\/lib|server)\/(settings|secrets|migrate)/.test(file),
    ),
  ).toEqual([])
  expect(others.filter(name => /prisma|sqlite|iron-session|^next/.test(name))).toEqual([])
})

test('it reads no variable of the app', () => {
  const found = SERVICE.flatMap(file => read(file).match(/\b[A-Z]+_[A-Z_]{3,}\b/g) ?? [])
  expect(found.filter(name => /^(AUTHSCOPE|DATABASE|SESSION)_/.test(name))).toEqual([])
  expect(SERVICE.filter(file => /process\.env\b/.test(read(file)))).toEqual([])
})

test('the walk sees what it looks for', () => {
  const { files, others } = closureOf(['lib/app.ts'], WHEN_IT_RUNS)
  expect(files).toContain('lib/store/database.ts')
  expect(others).toEqual(expect.arrayContaining(['iron-session']))
  expect(files.every(file => existsSync(join(ROOT, file)))).toBe(true)
})
