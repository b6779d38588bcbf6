import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run hops`: which files one must read to know why a request passed. `--json` for programs.
await main(async () => {
  if (!(await onOwnNode())) return
  const { resolveRoutes } = await import('./lib/resolve-routes.ts')
  resolveRoutes()
  const { printHops } = await import('../tests/hops/hops.ts')
  await printHops({ json: process.argv.includes('--json') })
})
