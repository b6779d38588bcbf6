import type { App } from '../app.ts'
import { guard } from '../auth/guard.ts'
import { inAudit } from '../context/audit.ts'
import { channelOf } from '../context/channel.ts'
import type { Exchange } from '../context/context.ts'
import { COOKIES, readCookies } from '../http/cookies.ts'
import { clientOf, isHttps } from '../http/incoming.ts'
import { type FinalReply, toProblem, toResponse } from '../http/reply.ts'
import { accept, type Refusal, refuse } from '../http/result.ts'
import { openSettings } from '../settings/cookie.ts'
import type { Mode } from '../settings/settings.ts'
import { isOutage } from '../store/database.ts'
import { redactBody, redactHeaders, shortenBody } from '../wire/redaction.ts'
import { createTrace } from '../wire/tracer.ts'
import { corsHeaders, isFromAllowedOrigin } from './cors.ts'
import type { Answer, Endpoint, Params } from './endpoint.ts'
import { readForm, readInput } from './input.ts'
import { chooseMode } from './mode.ts'
import { checkOrigin, isSafe } from './origin.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type Method = (typeof METHODS)[number]

// Other frameworks' routes may have lists among their parameters; none of this app's handlers wants
// one.
export type RouteHandler = {
  (request: Request, context?: { params: Promise<Record<string, unknown>> }): Promise<Response>
  /** What it answers, for the description of the API. Null where it only refuses. */
  endpoint: Endpoint | null
}

/**
 * A route's methods as the framework wants them: all of them, so that 405 and `Allow` are ours.
 * Every request takes the same way: trace → mode → origin → guard → input → handler, and one table
 * turns refusals into answers.
 */
export function routes(
  app: () => App,
  endpoints: Partial<Record<Exclude<Method, 'HEAD' | 'OPTIONS'>, Endpoint>>,
  answeredElsewhere: Method[] = [],
  isThere: (app: App) => boolean = () => true,
): Record<Method, RouteHandler> {
  const isAnswered = (method: Method) =>
    endpoints[method === 'HEAD' ? 'GET' : (method as 'GET')] ||
    method === 'OPTIONS' ||
    answeredElsewhere.includes(method)
  // Outside demo mode there is no such address, whatever the method.
  const isDemoOnly = Object.values(endpoints).some(({ demoOnly }) => demoOnly)
  const isAbsent = (one: App) => (isDemoOnly && !one.config.demo) || !isThere(one)
  const answered = METHODS.filter(isAnswered)
  const allow = answered.join(', ')
  const handlerFor = (method: Method): RouteHandler => {
    const endpoint = endpoints[method === 'HEAD' ? 'GET' : (method as 'GET')]
    const handler = async (
      request: Request,
      context?: { params: Promise<Record<string, unknown>> },
    ) =>
      answer(app(), request, endpoint ?? null, {
        allow,
        isAbsent: isAbsent(app()),
        params: toParams(await context?.params),
      })
    return Object.assign(handler, { endpoint: endpoint ?? null })
  }
  return Object.fromEntries(METHODS.map(method => [method, handlerFor(method)])) as Record<
    Method,
    RouteHandler
  >
}

const toParams = (params: Record<string, unknown> = {}): Params =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )

/** The one way of a request through this server. */
async function answer(
  app: App,
  request: Request,
  endpoint: Endpoint | null,
  { allow, isAbsent, params }: { allow: string; isAbsent: boolean; params: Params },
): Promise<Response> {
  const cookies = readCookies(request.headers)
  const channel = cookies.ok ? channelOf(app, request.headers, cookies.value) : accept(null)
  const trace = createTrace(channel.ok ? channel.value : null, app.clock)
  const url = new URL(request.url)
  const received = trace.since()
  const { headers, method } = request
  trace.tell('request.received', () => ({
    method,
    target: url.pathname + url.search,
    headers: redactHeaders(headers),
    instance: app.config.instance,
  }))

  const exchange: Omit<Exchange, 'mode' | 'settings' | 'cookies' | 'mayRenew'> = {
    request,
    url,
    channel: channel.ok ? channel.value : null,
    trace,
    app,
    client: clientOf(headers),
    outgoingCookies: [],
  }
  let mode: Mode = endpoint?.mode ?? (headers.has('authorization') ? 'token' : 'session')

  async function run(): Answer {
    if (!cookies.ok) return cookies
    if (!channel.ok) return channel
    if (isAbsent) return refuse('not_found')
    if (!endpoint)
      return method === 'OPTIONS' ? { headers: { Allow: allow } } : refuse('method_not_allowed')
    const isElsewhere = isFromAllowedOrigin(app, headers, cookies.value)
    const seal = cookies.value.get(COOKIES.settings)
    const settings = await openSettings(seal, app.passwordsFor.settings, app.config)
    const chosen = chooseMode(headers, endpoint.mode, seal ? settings : null, trace)
    if (!chosen.ok) return chosen
    mode = chosen.value
    const mayRenew = endpoint.mayRenew && !isElsewhere
    const x = { ...exchange, cookies: cookies.value, settings, mode, mayRenew }
    return runEndpoint(x, endpoint, params, isElsewhere)
  }

  let reply: FinalReply
  try {
    const outcome = await run()
    reply =
      'ok' in outcome
        ? settle(outcome, exchange, mode, allow)
        : { status: statusOf(endpoint, mode), ...outcome }
  } catch (thrown) {
    // Caught once, here. An answer that could not be worked out changes nothing in the browser:
    // cookies are left alone.
    exchange.outgoingCookies = []
    reply = settle(
      refuse(isOutage(thrown) ? 'store_unavailable' : 'internal'),
      exchange,
      mode,
      allow,
    )
    logFailure(app, exchange, thrown)
  }
  const facts = {
    instance: app.config.instance,
    traceId: trace.id,
    cookies: exchange.outgoingCookies,
    isHead: method === 'HEAD',
    isSecure: isHttps(headers, url),
    cors: corsHeaders(app, request, mode),
  }
  const response = toResponse(reply, facts)
  const { status } = response
  trace.tell(
    'response.sent',
    () => ({
      status,
      headers: redactHeaders(response.headers),
      body: shortenBody(status < 400 ? redactBody(reply.body) : reply.body),
    }),
    received,
  )
  return response
}

async function runEndpoint(
  x: Exchange,
  endpoint: Endpoint,
  params: Params,
  isElsewhere: boolean,
): Answer {
  const { method } = x.request
  if (!isSafe(method) && (x.mode === 'session' || endpoint.checksOrigin)) {
    const origin = checkOrigin(x.request, x.url, x.trace, isElsewhere && x.mode === 'token')
    if (!origin.ok) return origin
  }
  const who = endpoint.least === null ? null : await guard(x, endpoint.least)
  if (who && !who.ok) return who
  const read = endpoint.takesForm ? readForm : readInput
  const input = isSafe(method) ? accept(undefined) : await read(x.request, endpoint.input, x.trace)
  if (!input.ok) return input
  return endpoint.handle({ ...x, input: input.value, params, ...(who?.ok && { who: who.value }) })
}

const statusOf = (endpoint: Endpoint | null, mode: Mode): number =>
  (mode === 'token' && endpoint?.tokenStatus) || (endpoint?.status ?? 204)

/** Turns a refusal into its answer; the trace and the security log are told on the way. */
function settle(
  outcome: Refusal,
  x: Pick<Exchange, 'trace' | 'app' | 'client'>,
  mode: Mode,
  allow: string,
): FinalReply {
  const problem = toProblem(outcome, mode)
  const { code, status } = problem.body
  x.trace.tell('access.refused', () => ({ code, reason: outcome.reason, status }))
  if (status === 401 || status === 403) {
    const event = outcome.reason === 'cross_site_request' ? 'cross_site' : 'access.refused'
    x.app.audit(event, { ...inAudit(x, mode), outcome: outcome.reason })
  }
  if (status === 405) return { ...problem, headers: { ...problem.headers, Allow: allow } }
  return problem
}

function logFailure(app: App, x: Pick<Exchange, 'trace' | 'client'>, thrown: unknown): void {
  const outcome = isOutage(thrown)
    ? 'store_unavailable'
    : thrown instanceof Error
      ? thrown.name
      : 'unknown'
  app.audit('failure', { requestId: x.trace.id, address: x.client.address, outcome })
  // The stack goes to the operator's log, never to a client.
  if (!isOutage(thrown))
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
}
