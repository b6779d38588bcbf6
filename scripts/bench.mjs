import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run bench`: what a session and a token cost, on this machine, now. `--json` for programs,
// `--million` to look up among 10^6 records.
await main(async () => {
  if (!(await onOwnNode())) return
  const { bench } = await import('./lib/bench.ts')
  await bench(process.argv.slice(2))
})
