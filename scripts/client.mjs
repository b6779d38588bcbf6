import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run client`: a client that is no browser does the whole journey with a token.
await main(async () => {
  if (!(await onOwnNode())) return
  const { client } = await import('./lib/client.ts')
  await client(process.argv.slice(2))
})
