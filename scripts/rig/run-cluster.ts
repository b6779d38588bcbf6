import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Options } from '../lib/cluster-options.mjs'
import { dataFolder } from '../lib/paths.mjs'
import { build, prepareApp } from '../lib/prepare.ts'
import { openDataFolder } from '../lib/secrets.ts'
import { elapsed, step } from '../lib/steps.mjs'
import { type Cluster, startCluster } from './cluster.ts'
import { takeCommands } from './cluster-commands.ts'
import { toIntroduction } from './cluster-introduction.ts'
import { checkServers, type Shared, startServers } from './cluster-servers.ts'

type Place = { options: Options; hosts: string[]; port: number; started: number }

/** Builds the app and runs several instances of it, until it is told to stop. */
export async function runCluster({ options, hosts, port, started }: Place): Promise<void> {
  checkServers(options)
  // This machine alone gets to it, as it does to `npm start`.
  process.env.AUTHSCOPE_DEMO ||= '1'
  openDataFolder()
  const shared = await step('Servers', () => startServers(options))
  Object.assign(process.env, shared.addresses, { SESSION_STORE: options.store })
  await prepareApp()
  await step('Build', () => build())
  const logs = freshLogs()
  const onDeath = (name: string, how: string) =>
    console.log(`${name} ${how}. It comes back with: restart ${name}`)
  const { instances, balance } = options
  const place = { instances, balance, hosts, port, environment: process.env, logs, onDeath }
  const cluster = await step('Instances', () => startCluster(place))
  stopOnSignal(cluster, shared)
  takeCommands(cluster, line => console.log(line))
  const isDemo = process.env.AUTHSCOPE_DEMO === '1'
  const { notes } = shared
  const introduction = toIntroduction({ cluster, notes, options, port, isDemo, logs })
  console.log(`The cluster is ready after ${elapsed(started)}.\n\n${introduction}\n`)
}

/** The folder of the instances' logs, without those of the last time. */
function freshLogs(): string {
  const folder = path.join(dataFolder(), 'cluster')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

/** Ends everything in order: the gateway, the instances, what they share. */
function stopOnSignal(cluster: Cluster, shared: Shared): void {
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
