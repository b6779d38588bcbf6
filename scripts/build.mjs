import { main, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

// `npm run build`: builds the app, changed or not.
await main(async () => {
  if (!(await toolchain())) return
  const { build, generate } = await import('./lib/prepare.ts')
  await step('Generate', generate)
  await step('Build', () => build({ force: true }))
})
