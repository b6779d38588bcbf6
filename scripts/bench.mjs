import { readOptions, USAGE } from './lib/bench-options.mjs'
import { main } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

// `npm run bench`: what a session and a token cost, on this machine, now: from a fresh clone to the
// figures. This file and what it imports at the top run on Node 20 with no packages installed.
await main(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(USAGE)
  // The document alone goes to where programs read.
  if (options.json) console.log = console.error
  if (!(await toolchain())) return
  const { bench } = await import('./lib/bench.ts')
  await bench(options)
})
