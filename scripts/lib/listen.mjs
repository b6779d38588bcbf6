import net from 'node:net'
import { Stop } from './steps.mjs'

/**
 * What the sentences below advise: how the server is started, and which variables say where it
 * listens.
 */
const APP = { command: 'npm start', host: 'HOST', port: 'PORT', example: 3001 }

/** Stops with a sentence if the port is taken on one of the hosts. Port 0 becomes a free one. */
export async function reservePort(hosts, port, names = APP) {
  let found = port
  for (const host of hosts) {
    const probe = net.createServer()
    if (!(await open(probe, host, found, names))) continue
    found = probe.address().port
    await new Promise(resolve => probe.close(resolve))
  }
  return found
}

/** Those of the hosts that this machine has. */
export async function presentHosts(hosts, names = APP) {
  const present = []
  for (const host of hosts) {
    const probe = net.createServer()
    if (!(await open(probe, host, 0, names))) continue
    present.push(host)
    await new Promise(resolve => probe.close(resolve))
  }
  return present
}

/**
 * Makes one HTTP server listen on several addresses: the first is its own, the others hand their
 * connections over. Returns the listeners besides the server.
 */
export async function listen(server, [first, ...others], port, names = APP) {
  await open(server, first, port, names)
  const more = []
  for (const host of others) {
    // Half-open as the HTTP server's own sockets are, so that a client may finish sending and still
    // be answered.
    const listener = net.createServer({ allowHalfOpen: true, noDelay: true }, socket =>
      server.emit('connection', socket),
    )
    if (await open(listener, host, port, names)) more.push(listener)
  }
  return more
}

/** False if this machine does not have the address, as a machine without IPv6 has no `::1`. */
function open(server, host, port, names) {
  return new Promise((resolve, reject) => {
    const fail = error => {
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
