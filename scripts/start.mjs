import { reservePort } from './lib/ports.mjs'
import { readSettings } from './lib/settings.mjs'
import { main, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

const started = performance.now()
const dev = process.argv.includes('--dev')

// `npm start` and `npm run dev`: everything from a fresh clone to a running app, repeating only
// what changed. This file and what it imports at the top run on Node 20 with no packages installed.
await main(async () => {
  const settings = readSettings()
  process.env.AUTHSCOPE_DEMO = settings.demo
  await reservePort(settings.hosts, settings.port)
  if (!(await toolchain())) return
  const { build, prepareApp } = await import('./lib/prepare.ts')
  await prepareApp()
  if (!dev) await step('Build', () => build())
  const { serve } = await import('../server/serve.ts')
  const address = await serve({ dev, started })
  if (settings.demo === '1') {
    console.log(`
  Open     ${address}
  Sign in  reader@demo.example, editor@demo.example or admin@demo.example
           with the password  demo: watch the wire
  Stop     Ctrl-C
`)
  }
})
