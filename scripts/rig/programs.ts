import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { announce } from '../lib/steps.mjs'
import { Stop } from '../lib/stop.mjs'
import { run } from '../lib/tools.mjs'

/** The servers that tests start. */
export type ServerKind = 'postgresql' | 'redis' | 'memcached' | 'nginx'

/** The program of each, what Debian calls its package, and what people call it. */
const SERVERS = {
  postgresql: { program: 'postgres', package: 'postgresql', name: 'PostgreSQL' },
  redis: { program: 'redis-server', package: 'redis-server', name: 'Redis' },
  memcached: { program: 'memcached', package: 'memcached', name: 'Memcached' },
  nginx: { program: 'nginx', package: 'nginx-light', name: 'nginx' },
}
const KINDS = Object.keys(SERVERS) as ServerKind[]

/**
 * Finds the servers that tests start; as root on Debian, installs those that are not there. Returns
 * a note if some still are not.
 */
export async function findServers(): Promise<string | undefined> {
  if (missing().length > 0) await installPackages(missing().map(kind => SERVERS[kind].package))
  const absent = missing()
  if (absent.length === 0) return undefined
  const names = absent.map(kind => SERVERS[kind].name).join(', ')
  // Where results are relied on, a test that did not run must not look like one that passed.
  if (process.env.CI)
    throw new Stop(`Not found: ${names}. Install them, so that their tests can run.`)
  return `not found: ${names}. Install them to run their tests`
}

/** The kinds of server that are not on this machine. */
const missing = () => KINDS.filter(kind => !locate(kind))

/** The path of a server's program, or null when it is not where such programs usually are. */
export function locate(kind: ServerKind): string | null {
  const versions = '/usr/lib/postgresql'
  const newestFirst = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))
    : []
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...newestFirst.map(version => path.join(versions, version, 'bin')),
    ...['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'],
  ]
  return folders.map(folder => path.join(folder, SERVERS[kind].program)).find(existsSync) ?? null
}

/** The same for whoever cannot go on without: stops with a sentence when it is not there. */
export function programOf(kind: ServerKind): string {
  const found = locate(kind)
  if (found) return found
  throw new Stop(`${SERVERS[kind].name} is not installed: install it, then retry.`)
}

// The services that come with the packages may start or not: nothing here uses them or their ports.
async function installPackages(packages: string[]): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return
  if (!existsSync('/usr/bin/apt-get')) return
  announce(`Installing ${packages.join(', ')} with apt-get`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    try {
      await run('apt-get', args, { env, advice: '' })
    } catch {
      // Not from here, then: whoever asked says what is missing.
    }
  }
}
