import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { readOptions, USAGE } from './lib/cluster-options.mjs'
import { presentHosts, reservePort } from './lib/listen.mjs'
import { dataFolder } from './lib/paths.mjs'
import { readSettings } from './lib/settings.mjs'
import { elapsed, main, Stop, step } from './lib/steps.mjs'
import { toolchain } from './lib/toolchain.mjs'

const NAMES = { command: 'npm run cluster', host: 'HOST', port: 'PORT', example: 3001 }
const started = performance.now()

// `npm run cluster`: as `npm start`, with several instances and nginx in front of them. This file
// and what it imports at the top run on Node 20 with no packages installed.
await main(async () => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(USAGE)
  const { hosts, isLocal, port } = readSettings()
  if (!isLocal)
    throw new Stop(
      'A cluster is for this machine alone: leave HOST out. For others there is deploy/compose.yaml.',
    )
  const place = {
    hosts: await presentHosts(hosts, NAMES),
    port: await reservePort(hosts, port, NAMES),
  }
  if (!(await toolchain())) return
  const { checkServers, startServers } = await import('./lib/cluster-servers.mjs')
  const { openDataFolder } = await import('./lib/secrets.mjs')
  const { build, prepareApp } = await import('./lib/prepare.mjs')
  const { startCluster } = await import('./lib/cluster.mjs')
  const { takeCommands } = await import('./lib/cluster-commands.mjs')
  const { toIntroduction } = await import('./lib/cluster-introduction.mjs')
  checkServers(options)
  // This machine alone gets to it, as it does to `npm start`.
  process.env.AUTHSCOPE_DEMO ||= '1'
  openDataFolder()
  let shared
  await step('Servers', async () => {
    shared = await startServers(options)
  })
  Object.assign(process.env, shared.addresses, { SESSION_STORE: options.store })
  await prepareApp()
  await step('Build', () => build())
  const logs = freshLogs()
  let cluster
  await step('Instances', async () => {
    const onDeath = (name, how) =>
      console.log(`${name} ${how}. It comes back with: restart ${name}`)
    cluster = await startCluster({ ...options, ...place, environment: process.env, logs, onDeath })
  })
  stopOnSignal(cluster, shared)
  takeCommands(cluster, line => console.log(line))
  const isDemo = process.env.AUTHSCOPE_DEMO === '1'
  const introduction = toIntroduction({
    cluster,
    notes: shared.notes,
    options,
    port: place.port,
    isDemo,
    logs,
  })
  console.log(`The cluster is ready after ${elapsed(started)}.\n\n${introduction}\n`)
})

/** The folder of the instances' logs, without those of the last time. */
function freshLogs() {
  const folder = path.join(dataFolder(), 'cluster')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

/** Ends everything in order: the gateway, the instances, what they share. */
function stopOnSignal(cluster, shared) {
  let isStopping = false
  // Also while no instance is left and nobody can say a word: until it is told to, it does not end.
  setInterval(() => undefined, 60_000)
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    console.log('Stopping, which takes a few seconds …')
    await cluster.stop()
    await shared.stop()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
