import type { Server, ServerResponse } from 'node:http'
import net from 'node:net'

const DRAIN_MILLISECONDS = 500
/**
 * Longer than the gateway keeps an idle connection: at the end of it, none is left on which a
 * request may be on its way.
 */
const LEAVE_MILLISECONDS = 3_000
const FINISH_MILLISECONDS = 8_000
const CLEAN_UP_MILLISECONDS = 1_000
const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/**
 * Functions the app wants called when the server is about to stop, such as those that end its event
 * streams.
 */
export function shutdownHooks(): Set<() => void> {
  shared[SHUTDOWN] ??= new Set()
  return shared[SHUTDOWN]
}

const SHUTDOWN = Symbol.for('authscope.shutdown')
const shared = globalThis as { [SHUTDOWN]?: Set<() => void> }

/** Where a server is in its life, and what it is answering. */
export type State = { stopping: boolean; ready: boolean; running: Set<ServerResponse> }

type Parts = {
  server: Server
  /** Those besides the server. */
  listeners: net.Server[]
  state: Omit<State, 'ready'>
  isBalanced?: boolean
  /** Closes what is behind the server. */
  close: () => Promise<void>
}

/**
 * Ends the process in order at SIGTERM, SIGINT, and when the process that started it is gone: no
 * new connections, event streams ended, running requests finished, at most 10 seconds. Behind a
 * balancer it goes on accepting for a while, so that the balancer finds out and sends no more
 * before there is nobody to send to: see `isForAnother`.
 */
export function stopOnSignal(parts: Parts): void {
  const stop = () => {
    if (!parts.state.stopping) void end(parts)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // Gone before this server was ready to notice.
  if (process.connected === false) stop()
  if (process.channel) {
    process.on('disconnect', stop)
    process.channel.unref()
  }
}

const endStreams = () => Promise.allSettled([...shutdownHooks()].map(async hook => hook()))

async function end({ server, listeners, state, close, isBalanced = false }: Parts) {
  const deadline = performance.now() + FINISH_MILLISECONDS
  state.stopping = true
  for (const response of state.running)
    if (!response.headersSent) response.setHeader('Connection', 'close')
  if (isBalanced) {
    void endStreams()
    await wait(LEAVE_MILLISECONDS)
  }
  // The plain close: that of the HTTP server would also cut idle connections, on which a request
  // may be on its way.
  net.Server.prototype.close.call(server)
  for (const listener of listeners) listener.close()
  const hooks = endStreams()
  await Promise.race([hooks, wait(DRAIN_MILLISECONDS)])
  await wait(DRAIN_MILLISECONDS)
  while (state.running.size > 0 && performance.now() < deadline) {
    server.closeIdleConnections()
    await wait(50)
  }
  server.closeAllConnections()
  await Promise.race([Promise.allSettled([hooks, close()]), wait(CLEAN_UP_MILLISECONDS)])
  process.exit(0)
}
