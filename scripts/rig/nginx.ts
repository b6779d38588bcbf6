import { chmodSync } from 'node:fs'
import path from 'node:path'
import { programOf } from './programs.ts'
import { answers, LOOPBACK, type Server, startServer, temporaryFolder } from './server.ts'

/**
 * Starts an nginx of its own, on a port that is given or a free one. `configure` writes its
 * configuration, which must listen on the port, into the folder; returns the file to start with.
 */
export function startNginx(
  configure: (place: { port: number; folder: string }) => string,
  { port }: { port?: number | undefined } = {},
): Promise<Server> {
  const folder = temporaryFolder()
  // Its workers run as somebody else when it is started as root.
  chmodSync(folder, 0o755)
  const errors = path.join(folder, 'error.log')
  return startServer({
    program: programOf('nginx'),
    args: port => ['-p', folder, '-c', configure({ port, folder }), '-e', errors],
    folder,
    port,
    toUrl: port => `http://${LOOPBACK}:${port}`,
    isReady: url => answers(url),
  })
}
