import { has } from './lib/paths.mjs'
import { resolveRoutes } from './lib/resolve-routes.mjs'
import { main, Stop } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run bench`: what a session and a token cost, on this machine, now. `--json` for programs,
// `--million` to look up among 10^6 records.
await main(async () => {
  if (!(await onOwnNode())) return
  if (!has('.next', 'BUILD_ID'))
    throw new Stop('The app is not built yet: run `npm run build`, then retry.')
  resolveRoutes()
  const { bench } = await import('../tests/bench/bench.ts')
  await bench({
    json: process.argv.includes('--json'),
    million: process.argv.includes('--million'),
  })
})
