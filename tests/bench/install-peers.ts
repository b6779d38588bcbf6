import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from '../../scripts/lib/paths.mjs'
import { hashOf, isStamped, stamp, unstamp } from '../../scripts/lib/stamp.mjs'
import { run } from '../../scripts/lib/tools.mjs'
import { versionOf } from './machine.ts'

const TEMPLATE = join('tests', 'bench', 'peers')
/** As exact as here: the same Next, in the same process with the same React. */
const SHARED = ['next', 'react', 'react-dom']
export const PEERS = inRoot('.peers')

/** Installs and builds the app of the peers in a folder of its own, when something has changed. */
export async function installPeers(say: (what: string) => void): Promise<void> {
  const shared = Object.fromEntries(SHARED.map(name => [name, versionOf(name)]))
  const hash = `${hashOf([TEMPLATE])} ${Object.values(shared).join(' ')}`
  const mark = join(PEERS, 'stamp')
  if (isStamped(mark, hash)) return
  unstamp(mark)
  say('peers: install')
  rmSync(PEERS, { recursive: true, force: true })
  mkdirSync(PEERS)
  cpSync(inRoot(TEMPLATE), PEERS, { recursive: true })
  const manifest = join(PEERS, 'package.json')
  const wanted = JSON.parse(readFileSync(manifest, 'utf8'))
  Object.assign(wanted.dependencies, shared)
  writeFileSync(manifest, JSON.stringify(wanted, null, 2))

  const advice = `The peers could not be installed: look at ${PEERS}, then run the command again.`
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const [program, ...args] = npm ? [process.execPath, npm] : ['npm']
  await run(program ?? '', [...args, 'install', '--prefix', PEERS, ...quiet], { env, advice })
  say('peers: build')
  // Both open a database in the folder they run in.
  const inPeers = (script: string, ...more: string[]) =>
    run(process.execPath, ['--import', IN_PEERS, join(PEERS, script), ...more], { env, advice })
  await inPeers('migrate.js')
  await inPeers(join('node_modules', 'next', 'dist', 'bin', 'next'), 'build')
  stamp(mark, hash)
}

const IN_PEERS = `data:text/javascript,process.chdir(${encodeURIComponent(JSON.stringify(PEERS))})`
