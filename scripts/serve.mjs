import { EventEmitter } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { clean, hasPath, isAmbiguous, isForUs } from './lib/inbound.mjs'
import { LIMITS } from './lib/limits.mjs'
import { listen, reservePort } from './lib/listen.mjs'
import { databaseFile, databaseUrl, has, providerOf, root } from './lib/paths.mjs'
import { holdToPepper } from './lib/pepper.mjs'
import {
  isAllowed,
  refuseAmbiguous,
  refuseConnect,
  refuseForNow,
  refuseHost,
  refuseMalformed,
  refuseMethod,
  refuseTarget,
} from './lib/refuse.mjs'
import { loadSecrets } from './lib/secrets.mjs'
import { addresses, readSettings } from './lib/settings.mjs'
import { shutdownHooks, stopOnSignal } from './lib/shutdown.mjs'
import { elapsed, main, Stop } from './lib/steps.mjs'
import { isForAnother, isReadinessCheck, takePart } from './lib/taking-part.mjs'
import { onOwnNode } from './lib/toolchain.mjs'

/**
 * Serves the app: the HTTP server in front of Next, which decides what a request may say of itself
 * and ends in order.
 * @param {{ dev?: boolean, started?: number }} options
 * @returns {Promise<string>} the address to open
 */
export async function serve({ dev = false, started = performance.now() } = {}) {
  // An explicit NODE_ENV=production is a deployment, whatever address it is bound to: no demo
  // unless it is asked for.
  const settings = readSettings({ isDeployment: process.env.NODE_ENV === 'production' })
  await completeEnvironment(settings, dev)
  if (!dev && !has('.next', 'BUILD_ID'))
    throw new Stop('The app is not built yet: run `npm run build`, then retry.')
  const port = await reservePort(settings.hosts, settings.port)
  const { shown, own } = addresses(settings, port)
  globalThis[Symbol.for('authscope.origin')] = own
  shutdownHooks()
  // Whoever read the log may be gone. Each error of writing would be written there again, for ever.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

  const isBalanced = settings.trusted.rules.length > 0
  const state = { stopping: false, ready: !isBalanced, running: new Set() }
  let handle
  const server = http.createServer(LIMITS, (request, response) => {
    state.running.add(response)
    response.on('close', () => state.running.delete(response))
    if (state.stopping) response.setHeader('Connection', 'close')
    if (!isAllowed(request)) return refuseMethod(response)
    if (!hasPath(request)) return refuseTarget(request, response)
    if (!isForUs(request, settings)) return refuseHost(request, response)
    if (isAmbiguous(request)) return refuseAmbiguous(response)
    if (state.stopping && isReadinessCheck(request)) return refuseForNow(response, 503)
    if (isForAnother(request, state, settings)) return refuseForNow(response, 502)
    if (!clean(request, settings.trusted)) return request.destroy()
    handle(request, response).catch(error => giveUp(error, response))
  })
  server.maxHeadersCount = 100
  server.on('clientError', refuseMalformed(state.running))
  server.on('connect', refuseConnect)

  const { default: next } = await import('next')
  // Next takes over the upgrades of the server it is given. Only its development tools use them.
  const app = next({
    dev,
    dir: root,
    hostname: new URL(shown).hostname,
    port,
    httpServer: dev ? server : new EventEmitter(),
  })
  await app.prepare()
  handle = app.getRequestHandler()
  const listeners = await listen(server, settings.hosts, port)
  stopOnSignal({ server, listeners, state, isBalanced, close: () => app.close() })
  if (isBalanced) await takePart(own, state)
  console.log(
    `Authscope is ready on ${shown} after ${elapsed(started)}${settings.demo === '1' ? ', in demo mode' : ''}.`,
  )
  return shown
}

function giveUp(error, response) {
  console.error(error)
  if (response.headersSent) response.destroy()
  else response.writeHead(500, { 'Content-Length': 0 }).end()
}

async function completeEnvironment({ demo, isLocal }, dev) {
  process.env.NODE_ENV = dev ? 'development' : 'production'
  process.env.AUTHSCOPE_DEMO = demo
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  process.env.DATABASE_URL = databaseUrl()
  if (isLocal && demo === '1') loadSecrets()
  await checkEnvironment()
  const isFile = providerOf(process.env.DATABASE_URL) === 'sqlite'
  if (isFile && !existsSync(databaseFile(process.env.DATABASE_URL))) {
    throw new Stop('The database does not exist yet: run `npm run migrate`, then retry.')
  }
  await holdToPepper()
}

/** Stops the start with a sentence for each variable that the app could not run with. */
async function checkEnvironment() {
  const { readConfig } = await import('../lib/config.ts')
  try {
    readConfig(process.env)
  } catch (error) {
    throw new Stop(error.message)
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(async () => {
    process.chdir(root)
    if (await onOwnNode()) await serve({ dev: process.argv.includes('--dev') })
  })
}
