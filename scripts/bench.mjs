import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { has, inRoot } from './lib/paths.mjs'
import { main, Stop } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

// `npm run bench`: what a session and a token cost, on this machine, now. `--json` for programs,
// `--million` to look up among 10^6 records.
await main(async () => {
  if (!(await onOwnNode())) return
  if (!has('.next', 'BUILD_ID'))
    throw new Stop('The app is not built yet: run `npm run build`, then retry.')
  // The routes name what they import as the framework's build reads it.
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('@/')) return next(specifier, context)
      const file = inRoot(`${specifier.slice(2)}.ts`)
      return next(existsSync(file) ? pathToFileURL(file).href : specifier, context)
    },
  })
  const { bench } = await import('../tests/bench/bench.ts')
  await bench({
    json: process.argv.includes('--json'),
    million: process.argv.includes('--million'),
  })
})
