import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Clock } from '../../lib/clock.ts'
import { type FinalReply, type Reply, toProblem, toResponse } from '../../lib/http/reply.ts'
import { type Refusal, refuse } from '../../lib/http/result.ts'
import { createHandle } from '../../lib/random.ts'
import { hasRole } from '../../lib/settings/settings.ts'
import type { Configuration } from './configuration.ts'
import { identify } from './identify.ts'
import { fetchKeySet } from './key-set.ts'
import { createKeys } from './keys.ts'
import { createLog, logFetch } from './log.ts'
import { createUsage } from './usage.ts'

type Facts = { requestId: string; outcome: string; userId?: string }
type Environment = { Bindings: Partial<HttpBindings>; Variables: Facts }
type Request = Context<Environment>
type Parts = {
  configuration: Pick<Configuration, 'jwksUrl' | 'issuer' | 'audience' | 'origins'>
  clock: Clock
  write(line: string): void
  fetch?: typeof globalThis.fetch
}

const ALLOW = 'GET, HEAD, OPTIONS'
const CORS = {
  allowMethods: ['GET', 'HEAD'],
  allowHeaders: ['Authorization'],
  exposeHeaders: ['WWW-Authenticate', 'Retry-After', 'Authscope-Instance', 'Authscope-Trace'],
  maxAge: 600,
}

/**
 * The reports service as a function from request to response. It has no secret and no store, and
 * reads no cookie.
 */
export function createService({ configuration, clock, write, fetch }: Parts) {
  const keys = createKeys(clock, async () => {
    const fetched = await fetchKeySet(configuration.jwksUrl, fetch)
    if (!fetched.ok) logFetch(clock, write, fetched.because)
    else if (fetched.keys.size === 0) logFetch(clock, write, 'no key that can be used')
    return fetched
  })
  const usage = createUsage(clock)
  const log = createLog(clock, write)
  const service = new Hono<Environment>()

  service.use(async (c, next) => {
    c.set('requestId', createHandle())
    await next()
    if (c.req.method === 'OPTIONS') c.res.headers.set('Allow', ALLOW)
    const { requestId, outcome = 'ok', userId } = c.var as Partial<Facts> & Pick<Facts, 'requestId'>
    const address = c.env?.incoming?.socket.remoteAddress ?? 'unknown'
    log({
      requestId,
      address,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      outcome,
      userId,
    })
  })
  // Never with credentials: what a browser sends by itself means nothing here.
  service.use(cors({ origin: configuration.origins, ...CORS }))

  const get = (path: string, handle: (c: Request) => Promise<Reply | Refusal>) => {
    service.get(path, async c => respond(c, await handle(c)))
    service.all(path, c => respond(c, refuse('method_not_allowed')))
  }

  get('/health/live', async () => ({ body: { status: 'live' } }))
  get('/health/ready', async () =>
    (await keys.areReady())
      ? { body: { status: 'ready' } }
      : refuse('keys_unavailable', { retryAfterSeconds: keys.retryAfterSeconds() }),
  )
  get('/api/reports/monthly', async c => {
    const bearer = await identify(c.req.header('authorization') ?? null, {
      configuration,
      clock,
      keys,
    })
    if (bearer.ok) c.set('userId', bearer.value.userId)
    const allowed =
      bearer.ok && !hasRole(bearer.value.role, 'editor') ? refuse('role_too_low') : bearer
    usage.count(allowed)
    if (!allowed.ok) return allowed
    const { userId, role } = allowed.value
    return { body: { report: usage.monthly(), requestedBy: { id: userId, role } } }
  })

  service.notFound(c => respond(c, refuse('not_found')))
  // What is unexpected is caught once, here, and told to the operator alone.
  service.onError((thrown, c) => {
    write(
      `${JSON.stringify({ at: clock.now().toISOString(), event: 'failure', outcome: thrown.name })}\n`,
    )
    return respond(c as Request, refuse('internal'))
  })
  return { fetch: service.fetch, request: service.request, warmUp: () => keys.areReady() }
}

/** The answer, in the form and with the headers that every answer of the app has. */
function respond(c: Request, outcome: Reply | Refusal): Response {
  const reply = 'ok' in outcome ? settle(c, outcome) : { status: 200, ...outcome }
  const isSecure = new URL(c.req.url).protocol === 'https:'
  // `HEAD` is Hono's to answer: it takes the body away.
  return toResponse(reply, {
    instance: 'reports',
    traceId: c.var.requestId,
    cookies: [],
    isHead: false,
    isSecure,
  })
}

function settle(c: Request, refusal: Refusal): FinalReply {
  c.set('outcome', refusal.reason)
  const problem = toProblem(refusal, 'token')
  return problem.status === 405
    ? { ...problem, headers: { ...problem.headers, Allow: ALLOW } }
    : problem
}

export type Service = ReturnType<typeof createService>
