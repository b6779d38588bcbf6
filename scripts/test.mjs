import { main, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

// `npm test`: everything from a fresh clone to all tests run. This file and what it imports at the
// top run on Node 20 with no packages installed.
await main(async () => {
  if (!(await toolchain())) return
  const { build, generate } = await import('./lib/prepare.ts')
  const { findBrowser } = await import('./lib/browser.ts')
  const { findServers } = await import('./rig/programs.ts')
  const { Checks, lint, playwright, types, vitest } = await import('./lib/checks.ts')
  await step('Generate', generate)
  await step('Browser', findBrowser)
  const absent = await step('Servers', findServers)
  const checks = new Checks()
  await checks.check('Lint', lint)
  await checks.check('Types', types)
  await checks.check('Unit and integration', () => vitest('--project=!cluster', '--project=!crash'))
  if (absent) checks.leaveOut('Their tests', absent)
  await checks.check('Build', () => step('Build', () => build()))
  if (!absent) await checks.check('Several instances', () => vitest('--project=cluster'))
  if (!absent) await checks.check('Crashes and outages', () => vitest('--project=crash'))
  await checks.check('Browser tests', playwright)
  checks.report()
})
