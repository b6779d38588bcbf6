import http from 'node:http'
import { LIMITS } from './lib/limits.mjs'
import { listen, reservePort } from './lib/listen.mjs'
import { has, root } from './lib/paths.mjs'
import { refuseConnect, refuseMalformed } from './lib/refuse.mjs'
import { stopOnSignal } from './lib/shutdown.mjs'
import { elapsed, main, Stop } from './lib/steps.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

const NAMES = {
  command: 'npm run reports',
  host: 'REPORTS_HOST',
  port: 'REPORTS_PORT',
  example: 3101,
}
const started = performance.now()

// `npm run reports`: the second service, which knows the app by the address of its public keys
// alone.
await main(async () => {
  process.chdir(root)
  if (!(await onOwnNode())) return
  if (!has('node_modules', 'hono'))
    throw new Stop('The packages are not installed yet: run `npm start` once, then retry.')
  const configuration = await readConfiguration()
  const [{ createService }, { createClock }, { getRequestListener }] = await Promise.all([
    import('../services/reports/service.ts'),
    import('../lib/clock.ts'),
    import('@hono/node-server'),
  ])
  const write = line => process.stdout.write(line)
  const service = createService({ configuration, clock: createClock(), write })
  const handle = getRequestListener(service.fetch, { overrideGlobalObjects: false })

  const state = { stopping: false, running: new Set() }
  const server = http.createServer(LIMITS, (request, response) => {
    state.running.add(response)
    response.on('close', () => state.running.delete(response))
    if (state.stopping) response.setHeader('Connection', 'close')
    return handle(request, response)
  })
  server.maxHeadersCount = 100
  server.on('clientError', refuseMalformed(state.running))
  server.on('connect', refuseConnect)

  const { hosts } = configuration
  const port = await reservePort(hosts, configuration.port, NAMES)
  const listeners = await listen(server, hosts, port, NAMES)
  stopOnSignal({ server, listeners, state, close: async () => {} })
  void service.warmUp()
  const [host] = hosts
  const shown = hosts.length > 1 ? 'localhost' : host.includes(':') ? `[${host}]` : host
  console.log(`Reports is ready on http://${shown}:${port} after ${elapsed(started)}.`)
})

async function readConfiguration() {
  const { readConfiguration } = await import('../services/reports/configuration.ts')
  try {
    return readConfiguration(process.env)
  } catch (error) {
    throw new Stop(error.message)
  }
}
