import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
/** What is there when the service runs: types alone leave nothing behind. */
const IMPORT =
  /(?:^|[;\n}])\s*(?:import|export)\s+(?!type\b)(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]/g
const DYNAMIC = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g

/** Everything that is loaded with these files: our own by their path, packages by their name. */
function closureOf(files: string[]) {
  const own = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string) => {
    if (own.has(file)) return
    own.add(file)
    const text = readFileSync(join(ROOT, file), 'utf8')
    for (const [, name = ''] of [...text.matchAll(IMPORT), ...text.matchAll(DYNAMIC)]) {
      if (!name.startsWith('.')) packages.add(name)
      else
        visit(
          relative(ROOT, join(ROOT, dirname(file), name))
            .split(sep)
            .join('/'),
        )
    }
  }
  for (const file of files) visit(file)
  return { own: [...own].sort(), packages: [...packages].sort() }
}

const SERVICE = globSync('services/reports/**/*.ts', { cwd: ROOT }).map(file =>
  file.split(sep).join('/'),
)

test('the reports service loads the gate, the problem table and little else: no store, no secret, no app', () => {
  expect(closureOf(SERVICE)).toEqual({
    own: [
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
    packages: ['hono', 'hono/cors', 'jose', 'node:crypto', 'zod'],
  })
})

test('nor does what starts it', () => {
  const { own, packages } = closureOf(['scripts/reports.mjs'])
  expect(
    own.filter(file =>
      /^lib\/(app|config|store)|(scripts\/lib|server)\/(settings|secrets|migrate)/.test(file),
    ),
  ).toEqual([])
  expect(packages.filter(name => /prisma|sqlite|iron-session|^next/.test(name))).toEqual([])
})

test('it reads no variable of the app', () => {
  const read = SERVICE.flatMap(
    file => readFileSync(join(ROOT, file), 'utf8').match(/\b[A-Z]+_[A-Z_]{3,}\b/g) ?? [],
  )
  expect(read.filter(name => /^(AUTHSCOPE|DATABASE|SESSION)_/.test(name))).toEqual([])
  expect(
    SERVICE.filter(file => /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8'))),
  ).toEqual([])
})

test('the walk sees what it looks for', () => {
  const { own, packages } = closureOf(['lib/app.ts'])
  expect(own).toContain('lib/store/database.ts')
  expect(packages).toEqual(expect.arrayContaining(['iron-session']))
  expect(own.every(file => existsSync(join(ROOT, file)))).toBe(true)
})
