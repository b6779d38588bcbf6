import { main, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

// `npm run check`: what takes seconds, for while one works. `npm test` does it all.
await main(async () => {
  if (!(await toolchain())) return
  const { generate } = await import('./lib/prepare.ts')
  const { Checks, lint, types, vitest } = await import('./lib/checks.ts')
  await step('Generate', generate)
  const checks = new Checks()
  await checks.check('Lint', lint)
  await checks.check('Types', types)
  await checks.check('Unit', () => vitest('tests/unit'))
  checks.report()
})
