import { main } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

// `npm run soak`: all that `npm test` leaves out, then what is done at random, for longer.
await main(async () => {
  if (!(await toolchain())) return
  const { soak } = await import('./lib/soak.ts')
  await soak(process.argv.slice(2))
})
