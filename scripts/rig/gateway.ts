import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from '../lib/paths.mjs'
import { Stop } from '../lib/stop.mjs'

const TEMPLATES = inRoot('deploy', 'nginx')

/** How requests are shared out: in turn, or each browser with one instance. */
export type Balance = 'round-robin' | 'sticky'

/**
 * What `GATEWAY_APP_BALANCING` is for each way of sharing requests out: in turn, or each browser
 * with one instance.
 */
export const BALANCING: Record<Balance, string> = {
  'round-robin': '',
  sticky: 'hash $browser consistent;',
}

/** What `GATEWAY_APP_SERVERS` is for instances at these addresses, each as `host:port`. */
export const toAppServers = (app: string[]): string =>
  app.map(address => `server ${address} max_fails=1 fail_timeout=5s;`).join(' ')

/** What nginx is told of where it listens, and of what is behind it: each as `host:port`. */
type Addresses = {
  listen: string | string[]
  app: string[]
  legacy: string[]
  balancing?: string | undefined
}

/**
 * Writes nginx's configuration into a folder, where it keeps what it writes too, with the values
 * put in as `envsubst` would do it in a container. Returns the file to start nginx with:
 * `nginx -p <folder> -c <file>`.
 */
export function writeGateway(
  folder: string,
  { listen, app, legacy, balancing = '' }: Addresses,
): string {
  const values: Record<string, string> = {
    GATEWAY_LISTEN: [listen].flat().join('; listen '),
    GATEWAY_CONF: folder,
    GATEWAY_RUN: folder,
    GATEWAY_APP_SERVERS: toAppServers(app),
    GATEWAY_APP_BALANCING: balancing,
    GATEWAY_LEGACY_SERVERS: legacy.map(address => `server ${address};`).join(' '),
  }
  for (const name of readdirSync(TEMPLATES).filter(file => file.endsWith('.template'))) {
    const text = readFileSync(path.join(TEMPLATES, name), 'utf8')
    const written = text.replace(/\$\{(GATEWAY_\w+)\}/g, (_, variable: string) => {
      const value = values[variable]
      if (value !== undefined) return value
      throw new Stop(
        `deploy/nginx/${name} asks for ${variable}, which nothing sets: correct the name.`,
      )
    })
    writeFileSync(path.join(folder, name.replace(/\.template$/, '')), written)
  }
  return path.join(folder, 'nginx.conf')
}
