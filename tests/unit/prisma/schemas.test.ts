import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const PRISMA = join(import.meta.dirname, '..', '..', '..', 'prisma')
const schemaOf = (provider: string) => readFileSync(join(PRISMA, provider, 'schema.prisma'), 'utf8')

test('both kinds of database have the same models, word for word', () => {
  const models = (provider: string) =>
    schemaOf(provider).slice(schemaOf(provider).indexOf('\nmodel '))
  expect(models('sqlite').match(/^model /gm)?.length).toBeGreaterThan(5)
  expect(models('postgresql')).toBe(models('sqlite'))
})

test.each(['sqlite', 'postgresql'])('%s has migrations of its own kind', provider => {
  const folder = join(PRISMA, provider, 'migrations')
  expect(schemaOf(provider)).toContain(`provider = "${provider}"`)
  expect(readFileSync(join(folder, 'migration_lock.toml'), 'utf8')).toContain(
    `provider = "${provider}"`,
  )
  const names = readdirSync(folder).filter(name => !name.includes('.'))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(name).toMatch(/^\d{14}_[a-z_]+$/)
})
