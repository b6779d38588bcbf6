import net from 'node:net'
import { Stop } from './stop.mjs'

/**
 * What the sentences below advise: how a server is started, and which variables say where it
 * listens.
 * @typedef {{ command: string, host: string, port: string, example: number }} Names
 */

/** @type {Names} */
export const APP = { command: 'npm start', host: 'HOST', port: 'PORT', example: 3001 }

/**
 * Stops with a sentence if the port is taken on one of the hosts. Port 0 becomes a free one.
 * @param {string[]} hosts
 * @param {number} port
 */
export async function reservePort(hosts, port, names = APP) {
  let found = port
  for (const host of hosts) {
    const probe = net.createServer()
    if (!(await open(probe, host, found, names))) continue
    const address = probe.address()
    if (address && typeof address === 'object') found = address.port
    await close(probe)
  }
  return found
}

/**
 * Those of the hosts that this machine has.
 * @param {string[]} hosts
 */
export async function presentHosts(hosts, names = APP) {
  const present = []
  for (const host of hosts) {
    const probe = net.createServer()
    if (!(await open(probe, host, 0, names))) continue
    present.push(host)
    await close(probe)
  }
  return present
}

/**
 * Makes a server listen. False if this machine does not have the address, as a machine without IPv6
 * has no `::1`.
 * @param {net.Server} server
 * @param {string} host
 * @param {number} port
 * @param {Names} names
 * @returns {Promise<boolean>}
 */
export function open(server, host, port, names) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {NodeJS.ErrnoException} */ error) => {
      const isMissing = error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'
      if (isMissing && host === '::1') resolve(false)
      else reject(new Stop(explain(error, host, port, names)))
    }
    server.once('error', fail)
    server.listen({ host, port }, () => {
      server.off('error', fail)
      resolve(true)
    })
  })
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {string} host
 * @param {number} port
 * @param {Names} names
 */
function explain({ code, message }, host, port, names) {
  const [set, then] = process.platform === 'win32' ? ['set ', ' &&'] : ['', '']
  const other = `${set}${names.port}=${names.example}${then} ${names.command}`
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program: stop it, or choose another port: ${other}`
  if (code === 'EACCES') return `Port ${port} needs special rights: choose one above 1023: ${other}`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${names.host} is "${host}", which is no address of this machine: leave it out for this machine alone, or set ${names.host}=0.0.0.0.`
  return `The server cannot listen on ${host} port ${port} (${message}): choose another port: ${other}`
}

/** @param {net.Server} probe */
const close = probe => new Promise(resolve => probe.close(resolve))
