import { programOf } from './programs.ts'
import { answers, LOOPBACK, type Server, startServer } from './server.ts'

/**
 * Starts a Memcached of its own, of `megabytes`: when they are full, it forgets what was not used
 * for longest.
 */
export function startMemcached({ megabytes = 64 } = {}): Promise<Server> {
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  return startServer({
    program: programOf('memcached'),
    args: port => [
      ...['-l', LOOPBACK, '-p', String(port), '-U', '0', '-m', String(megabytes)],
      ...asRoot,
    ],
    toUrl: port => `memcached://${LOOPBACK}:${port}`,
    isReady: url => answers(url, 'version\r\n', 'VERSION'),
  })
}
