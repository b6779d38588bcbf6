import type { IncomingMessage } from 'node:http'
import { isFromProxy } from './inbound.ts'
import type { Settings } from './settings.ts'
import type { State } from './shutdown.ts'

const BETWEEN_MILLISECONDS = 250
const READINESS = /^\/api\/health\/ready(\?|$)/

/** Whether somebody asks if this instance takes part. */
export const isReadinessCheck = ({ url = '' }: Pick<IncomingMessage, 'url'>): boolean =>
  READINESS.test(url)

type Asked = Pick<IncomingMessage, 'method' | 'headers'> & Parameters<typeof isFromProxy>[0]

/**
 * Whether a request is better answered by another instance, because this one is not ready yet or
 * about to stop. Only of a gateway that says it tries the next one then, and only what only reads:
 * nothing was done, and what is asked again elsewhere does no harm. One such answer tells the
 * gateway to leave this instance alone for a while. What changes something is answered here to the
 * end.
 */
export function isForAnother(
  request: Asked,
  { stopping, ready }: Pick<State, 'stopping' | 'ready'>,
  { trusted }: Pick<Settings, 'trusted'>,
): boolean {
  const { method, headers } = request
  if (ready && !stopping) return false
  return (
    (method === 'GET' || method === 'HEAD') &&
    'x-gateway-retries' in headers &&
    isFromProxy(request, trusted)
  )
}

/**
 * Asks this server itself whether it is ready, until it is or is told to stop. From then on it
 * takes part.
 */
export async function takePart(origin: string, state: State): Promise<void> {
  while (!state.stopping && !(await isReady(origin)))
    await new Promise(resolve => setTimeout(resolve, BETWEEN_MILLISECONDS))
  state.ready = true
}

const isReady = (origin: string) =>
  fetch(`${origin}/api/health/ready`).then(
    ({ status }) => status === 200,
    () => false,
  )
