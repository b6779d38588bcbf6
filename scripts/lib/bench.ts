import { has } from './paths.mjs'
import { resolveRoutes } from './resolve-routes.ts'
import { Stop } from './stop.mjs'

/** Measures what a session and a token cost, on this machine, now. */
export async function bench(args: string[]): Promise<void> {
  if (!has('.next', 'BUILD_ID'))
    throw new Stop('The app is not built yet: run `npm run build`, then retry.')
  resolveRoutes()
  const { bench } = await import('../../tests/bench/bench.ts')
  await bench({ json: args.includes('--json'), million: args.includes('--million') })
}
