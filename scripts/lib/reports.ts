import http, { type ServerResponse } from 'node:http'
import { LIMITS } from '../../server/limits.ts'
import { listen } from '../../server/listen.ts'
import { refuseConnect, refuseMalformed } from '../../server/refuse.ts'
import { stopOnSignal } from '../../server/shutdown.ts'
import { has } from './paths.mjs'
import { reservePort } from './ports.mjs'
import { elapsed } from './steps.mjs'
import { orStop, Stop } from './stop.mjs'

const NAMES = {
  command: 'npm run reports',
  host: 'REPORTS_HOST',
  port: 'REPORTS_PORT',
  example: 3101,
}

/** Serves the reports, which know the app by the address of its public keys alone. */
export async function reports({ started }: { started: number }): Promise<void> {
  if (!has('node_modules', 'hono'))
    throw new Stop('The packages are not installed yet: run `npm start` once, then retry.')
  const { readConfiguration } = await import('../../services/reports/configuration.ts')
  const configuration = orStop(() => readConfiguration(process.env))
  const [{ createService }, { createClock }, { getRequestListener }] = await Promise.all([
    import('../../services/reports/service.ts'),
    import('../../lib/clock.ts'),
    import('@hono/node-server'),
  ])
  const write = (line: string) => process.stdout.write(line)
  const service = createService({ configuration, clock: createClock(), write })
  const handle = getRequestListener(service.fetch, { overrideGlobalObjects: false })

  const state = { stopping: false, running: new Set<ServerResponse>() }
  const server = http.createServer(LIMITS, (request, response) => {
    state.running.add(response)
    response.on('close', () => state.running.delete(response))
    if (state.stopping) response.setHeader('Connection', 'close')
    void handle(request, response)
  })
  server.maxHeadersCount = 100
  server.on('clientError', refuseMalformed(state.running))
  server.on('connect', refuseConnect)

  const { hosts } = configuration
  const port = await reservePort(hosts, configuration.port, NAMES)
  const listeners = await listen(server, hosts, port, NAMES)
  stopOnSignal({ server, listeners, state, close: async () => {} })
  void service.warmUp()
  const [host = 'localhost'] = hosts
  const shown = hosts.length > 1 ? 'localhost' : host.includes(':') ? `[${host}]` : host
  console.log(`Reports is ready on http://${shown}:${port} after ${elapsed(started)}.`)
}
