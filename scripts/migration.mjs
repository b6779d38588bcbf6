import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run migration <name>`: writes the next migration for each kind of database, from where the
// existing ones lead to the schema.
await main(async () => {
  if (!(await onOwnNode())) return
  const { migration } = await import('./lib/migration.ts')
  await migration(process.argv[2])
})
