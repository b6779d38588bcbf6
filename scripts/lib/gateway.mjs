import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from './paths.mjs'
import { Stop } from './steps.mjs'

const TEMPLATES = inRoot('deploy', 'nginx')

/**
 * Writes nginx's configuration into a folder, with the values put in as `envsubst` would do it in a container.
 * @param {string} folder where the files go, and where nginx keeps what it writes
 * @param {{ listen: string, app: string[], legacy: string[], balancing?: string }} addresses each as `host:port`
 * @returns {string} the file to start nginx with: `nginx -p <folder> -c <file>`
 */
export function writeGateway(folder, { listen, app, legacy, balancing = '' }) {
  const servers = list => list.map(address => `server ${address};`).join(' ')
  const values = {
    GATEWAY_LISTEN: listen,
    GATEWAY_CONF: folder,
    GATEWAY_RUN: folder,
    GATEWAY_APP_SERVERS: servers(app),
    GATEWAY_APP_BALANCING: balancing,
    GATEWAY_LEGACY_SERVERS: servers(legacy),
  }
  for (const name of readdirSync(TEMPLATES).filter(file => file.endsWith('.template'))) {
    const text = readFileSync(path.join(TEMPLATES, name), 'utf8')
    const written = text.replace(/\$\{(GATEWAY_\w+)\}/g, (_, variable) => {
      if (variable in values) return values[variable]
      throw new Stop(`deploy/nginx/${name} asks for ${variable}, which nothing sets: correct the name.`)
    })
    writeFileSync(path.join(folder, name.replace(/\.template$/, '')), written)
  }
  return path.join(folder, 'nginx.conf')
}
