import { main } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

// `npm run soak`: what is done at random in the tests, with other seeds and more of it.
await main(async () => {
  if (!(await toolchain())) return
  const { soak } = await import('./lib/soak.ts')
  await soak(process.argv.slice(2))
})
