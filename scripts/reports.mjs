import { root } from './lib/paths.mjs'
import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

const started = performance.now()

// `npm run reports`: the second service, which knows the app by the address of its public keys
// alone.
await main(async () => {
  process.chdir(root)
  if (!(await onOwnNode())) return
  const { reports } = await import('./lib/reports.ts')
  await reports({ started })
})
