import { main } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run serve`: serves the app that is built. With `--dev`, the development server.
await main(async () => {
  if (!(await onOwnNode())) return
  const { serve } = await import('../server/serve.ts')
  await serve({ dev: process.argv.includes('--dev') })
})
