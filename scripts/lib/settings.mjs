import { BlockList, isIP } from 'node:net'
import { Stop } from './stop.mjs'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * What the server is told by its environment: `HOST`, `PORT`, `AUTHSCOPE_DEMO`,
 * `AUTHSCOPE_TRUSTED_PROXIES`, `AUTHSCOPE_HOSTS`. A value that cannot be used stops the start with
 * a sentence.
 * @param {{ isDeployment?: boolean }} options a deployment is in demo mode only if it is told so
 * @param {Record<string, string | undefined>} env
 */
export function readSettings({ isDeployment = false } = {}, env = process.env) {
  const host = env.HOST || undefined
  const isLocal =
    !host || host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, family(host)))
  const hosts = !host || host === 'localhost' ? ['127.0.0.1', '::1'] : [host]
  const trusted = readProxies(env.AUTHSCOPE_TRUSTED_PROXIES ?? '')
  // Demo mode has accounts with a known password. Behind a proxy even a loopback server is reached
  // from outside.
  const demo =
    env.AUTHSCOPE_DEMO || (isLocal && trusted.rules.length === 0 && !isDeployment ? '1' : '0')
  if (!/^[01]$/.test(demo))
    throw new Stop(`AUTHSCOPE_DEMO is "${demo}": set it to 1 for demo mode or to 0 for none.`)
  return {
    hosts,
    isLocal,
    port: readPort(env.PORT),
    demo,
    trusted,
    names: readNames(env.AUTHSCOPE_HOSTS ?? ''),
  }
}

/**
 * `ipv4` or `ipv6`, as `BlockList` wants it.
 * @param {string} address
 */
export const family = address => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

function readPort(text = '') {
  const port = text === '' ? 3000 : Number(text)
  if (/^\d*$/.test(text) && port <= 65_535) return port
  throw new Stop(`PORT is "${text}": set it to a number from 1 to 65535, such as PORT=3001.`)
}

/** @param {string} text */
const entriesOf = text =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)

/** @param {string} text */
function readNames(text) {
  for (const name of entriesOf(text)) {
    if (/^([\w.-]+|\[[\da-f:]+\])$/i.test(name)) continue
    throw new Stop(
      `AUTHSCOPE_HOSTS has "${name}": list names without a port, such as app.example,localhost.`,
    )
  }
  return entriesOf(text).map(name => name.toLowerCase())
}

/** @param {string} text */
function readProxies(text) {
  const list = new BlockList()
  for (const entry of entriesOf(text)) {
    const [address = '', bits, ...rest] = entry.split('/')
    try {
      if (rest.length || !isIP(address) || !/^\d*$/.test(bits ?? '')) throw new RangeError(entry)
      if (bits === undefined) list.addAddress(address, family(address))
      else list.addSubnet(address, Number(bits), family(address))
    } catch {
      throw new Stop(
        `AUTHSCOPE_TRUSTED_PROXIES has "${entry}": list addresses or ranges, such as 10.0.0.7,10.1.0.0/16.`,
      )
    }
  }
  return list
}
