import { applyMigrations } from './lib/migrate.mjs'
import { databaseUrl } from './lib/paths.mjs'
import { openDataFolder } from './lib/secrets.mjs'
import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run migrate`: brings the database up to date, without downloading an engine.
await main(async () => {
  if (!(await onOwnNode())) return
  if (!process.env.DATABASE_URL) openDataFolder()
  const applied = await applyMigrations({ databaseUrl: databaseUrl() })
  console.log(
    applied.length
      ? `Applied: ${applied.join(', ')}`
      : 'Nothing to migrate: the database is up to date.',
  )
})
