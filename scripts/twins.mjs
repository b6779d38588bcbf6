import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run twins`: both mechanisms in two columns, for all six questions or for the one that is
// named.
await main(async () => {
  if (!(await onOwnNode())) return
  const { twins } = await import('./lib/twins.ts')
  console.log(twins(process.argv.slice(2)))
})
