import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run keys`: the keys that sign access tokens. Rotating needs no restart: every instance
// learns of it within 30 seconds.
await main(async () => {
  if (!(await onOwnNode())) return
  const { keys } = await import('./lib/keys.ts')
  await keys(process.argv.slice(2))
})
