import { expect, test } from 'vitest'
import { applyMigrations, diffToSchema } from '../../scripts/lib/migrate.mjs'
import { startApp } from '../fixtures/app.ts'

test('the migrations lead to the schema, and a second time there is nothing to apply', async () => {
  const { config } = await startApp()
  const { sql } = await diffToSchema({ databaseUrl: config.databaseUrl })
  expect(sql.split('\n').filter(line => line.trim() && !line.startsWith('--'))).toEqual([])
  expect(await applyMigrations({ databaseUrl: config.databaseUrl })).toEqual([])
})
