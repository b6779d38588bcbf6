import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from './paths.mjs'
import { Stop } from './steps.mjs'

const TEMPLATES = inRoot('deploy', 'nginx')

/**
 * What `GATEWAY_APP_BALANCING` is for each way of sharing requests out: in turn, or each browser
 * with one instance.
 */
export const BALANCING = { 'round-robin': '', sticky: 'hash $browser consistent;' }

/** What `GATEWAY_APP_SERVERS` is for instances at these addresses, each as `host:port`. */
export const toAppServers = app =>
  app.map(address => `server ${address} max_fails=1 fail_timeout=5s;`).join(' ')

/**
 * Writes nginx's configuration into a folder, with the values put in as `envsubst` would do it in a
 * container.
 * @param {string} folder where the files go, and where nginx keeps what it writes
 * @param {{ listen: string | string[], app: string[], legacy: string[], balancing?: string }}
 * addresses each as `host:port`
 * @returns {string} the file to start nginx with: `nginx -p <folder> -c <file>`
 */
export function writeGateway(folder, { listen, app, legacy, balancing = '' }) {
  const values = {
    GATEWAY_LISTEN: [listen].flat().join('; listen '),
    GATEWAY_CONF: folder,
    GATEWAY_RUN: folder,
    GATEWAY_APP_SERVERS: toAppServers(app),
    GATEWAY_APP_BALANCING: balancing,
    GATEWAY_LEGACY_SERVERS: legacy.map(address => `server ${address};`).join(' '),
  }
  for (const name of readdirSync(TEMPLATES).filter(file => file.endsWith('.template'))) {
    const text = readFileSync(path.join(TEMPLATES, name), 'utf8')
    const written = text.replace(/\$\{(GATEWAY_\w+)\}/g, (_, variable) => {
      if (variable in values) return values[variable]
      throw new Stop(
        `deploy/nginx/${name} asks for ${variable}, which nothing sets: correct the name.`,
      )
    })
    writeFileSync(path.join(folder, name.replace(/\.template$/, '')), written)
  }
  return path.join(folder, 'nginx.conf')
}
