import type { Server } from 'node:http'
import net from 'node:net'
import { APP, type Names, open } from '../scripts/lib/ports.mjs'

/**
 * Makes one HTTP server listen on several addresses: the first is its own, the others hand their
 * connections over. Returns the listeners besides the server.
 */
export async function listen(
  server: Server,
  hosts: string[],
  port: number,
  names: Names = APP,
): Promise<net.Server[]> {
  const more: net.Server[] = []
  for (const [index, host] of hosts.entries()) {
    const listener = index === 0 ? server : handingOver(server)
    if ((await open(listener, host, port, names)) && listener !== server) more.push(listener)
  }
  return more
}

// Half-open as the HTTP server's own sockets are, so that a client may finish sending and still be
// answered.
const handingOver = (server: Server) =>
  net.createServer({ allowHalfOpen: true, noDelay: true }, socket =>
    server.emit('connection', socket),
  )
