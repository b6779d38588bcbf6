import { databaseUrl } from './lib/paths.mjs'
import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run migrate`: brings the database up to date, without downloading an engine.
await main(async () => {
  if (!(await onOwnNode())) return
  const { applyMigrations } = await import('./lib/migrate.ts')
  const { openDataFolder } = await import('./lib/secrets.ts')
  if (!process.env.DATABASE_URL) openDataFolder()
  const applied = await applyMigrations({ databaseUrl: databaseUrl() })
  console.log(
    applied.length
      ? `Applied: ${applied.join(', ')}`
      : 'Nothing to migrate: the database is up to date.',
  )
})
