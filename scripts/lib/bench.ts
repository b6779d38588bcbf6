import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { has, inRoot } from './paths.mjs'
import { Stop } from './stop.mjs'

/** Measures what a session and a token cost, on this machine, now. */
export async function bench(args: string[]): Promise<void> {
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
  const { bench } = await import('../../tests/bench/bench.ts')
  await bench({ json: args.includes('--json'), million: args.includes('--million') })
}
