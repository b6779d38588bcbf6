import { readOptions, USAGE } from './lib/cluster-options.mjs'
import { presentHosts, reservePort } from './lib/ports.mjs'
import { readSettings } from './lib/settings.mjs'
import { main, Stop } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

const NAMES = { command: 'npm run cluster', host: 'HOST', port: 'PORT', example: 3001 }
const started = performance.now()

// `npm run cluster`: as `npm start`, with several instances and nginx in front of them. This file
// and what it imports at the top run on Node 20 with no packages installed.
await main(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(USAGE)
  const settings = readSettings()
  if (!settings.isLocal)
    throw new Stop(
      'A cluster is for this machine alone: leave HOST out. For others there is deploy/compose.yaml.',
    )
  const hosts = await presentHosts(settings.hosts, NAMES)
  const port = await reservePort(settings.hosts, settings.port, NAMES)
  if (!(await toolchain())) return
  const { runCluster } = await import('./rig/run-cluster.ts')
  await runCluster({ options, hosts, port, started })
})
