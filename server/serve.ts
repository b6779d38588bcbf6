import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { has, root } from '../scripts/lib/paths.mjs'
import { reservePort } from '../scripts/lib/ports.mjs'
import { readSettings } from '../scripts/lib/settings.mjs'
import { elapsed, main, Stop } from '../scripts/lib/steps.mjs'
import { findCopies, preferCopy } from './copies.ts'
import { clean, hasPath, isAmbiguous, isForUs } from './inbound.ts'
import { LIMITS } from './limits.ts'
import { listen } from './listen.ts'
import {
  isAllowed,
  refuseAmbiguous,
  refuseConnect,
  refuseForNow,
  refuseHost,
  refuseMalformed,
  refuseMethod,
  refuseTarget,
} from './refuse.ts'
import { addresses, completeEnvironment, type Settings } from './settings.ts'
import { type State, shutdownHooks, stopOnSignal } from './shutdown.ts'
import { isForAnother, isReadinessCheck, takePart } from './taking-part.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const ORIGIN = Symbol.for('authscope.origin')

/**
 * Serves the app: the HTTP server in front of Next, which decides what a request may say of itself
 * and ends in order. Returns the address to open.
 */
export async function serve({ dev = false, started = performance.now() } = {}): Promise<string> {
  process.chdir(root)
  // An explicit NODE_ENV=production is a deployment, whatever address it is bound to: no demo
  // unless it is asked for.
  const settings = readSettings({ isDeployment: process.env.NODE_ENV === 'production' })
  await completeEnvironment(settings, { dev })
  if (!dev && !has('.next', 'BUILD_ID'))
    throw new Stop('The app is not built yet: run `npm run build`, then retry.')
  const port = await reservePort(settings.hosts, settings.port)
  const { shown, own } = addresses(settings, port)
  Object.assign(globalThis, { [ORIGIN]: own })
  shutdownHooks()
  // Whoever read the log may be gone. Each error of writing would be written there again, for ever.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

  const isBalanced = settings.trusted.rules.length > 0
  const state: State = { stopping: false, ready: !isBalanced, running: new Set() }
  const server = http.createServer(LIMITS)
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
    httpServer: dev ? server : http.createServer(),
  })
  await app.prepare()
  const handle = app.getRequestHandler()
  const copies = dev ? new Map() : findCopies()
  const handleSmall: Handle = (request, response) => {
    preferCopy(request, response, copies)
    return handle(request, response)
  }
  server.on('request', receive(handleSmall, state, settings))
  const listeners = await listen(server, settings.hosts, port)
  stopOnSignal({ server, listeners, state, isBalanced, close: () => app.close() })
  if (isBalanced) await takePart(own, state)
  const mode = settings.demo === '1' ? ', in demo mode' : ''
  console.log(`Authscope is ready on ${shown} after ${elapsed(started)}${mode}.`)
  return shown
}

/** What becomes of a request: it is refused here, or cleaned and handed to the app. */
const receive =
  (handle: Handle, state: State, settings: Settings) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    state.running.add(response)
    response.on('close', () => state.running.delete(response))
    if (state.stopping) response.setHeader('Connection', 'close')
    if (!isAllowed(request)) refuseMethod(response)
    else if (!hasPath(request)) refuseTarget(request, response)
    else if (!isForUs(request, settings)) refuseHost(request, response)
    else if (isAmbiguous(request)) refuseAmbiguous(response)
    else if (state.stopping && isReadinessCheck(request)) refuseForNow(response, 503)
    else if (isForAnother(request, state, settings)) refuseForNow(response, 502)
    else if (!clean(request, settings.trusted)) request.destroy()
    else handle(request, response).catch(error => giveUp(error, response))
  }

function giveUp(error: unknown, response: ServerResponse): void {
  console.error(error)
  if (response.headersSent) response.destroy()
  else response.writeHead(500, { 'Content-Length': 0 }).end()
}

// A deployment starts this file, on the Node of the project; `npm run serve` gets there first.
if (import.meta.main) await main(() => serve())
