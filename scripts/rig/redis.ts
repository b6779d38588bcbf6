import { programOf } from './programs.ts'
import { answers, LOOPBACK, type Server, startServer } from './server.ts'

const NOTHING_KEPT = ['--save', '', '--appendonly', 'no']

/**
 * Starts a Redis of its own, which keeps nothing on disk but what it is told to save, and is
 * stopped as `kill -9` would: as it was then.
 */
export const startRedis = (): Promise<Server> =>
  startServer({
    program: programOf('redis'),
    args: port => [
      ...['--bind', LOOPBACK, '--port', String(port), '--loglevel', 'warning'],
      ...NOTHING_KEPT,
    ],
    signal: 'SIGKILL',
    toUrl: port => `redis://${LOOPBACK}:${port}`,
    isReady: url => answers(url, 'PING\r\n', '+PONG'),
  })
