import type { App } from '../app.ts'
import { guard } from '../auth/guard.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import { channelOf } from '../context/channel.ts'
import type { Context } from '../context/context.ts'
import { COOKIES, readCookies } from '../http/cookies.ts'
import { clientOf, isHttps } from '../http/incoming.ts'
import { type FinalReply, type Reply, toProblem, toResponse } from '../http/reply.ts'
import { accept, type Refusal, type Result, refuse } from '../http/result.ts'
import { openSettings } from '../settings/cookie.ts'
import type { Mode } from '../settings/settings.ts'
import { isOutage } from '../store/database.ts'
import { redactBody, redactHeaders, shortenBody } from '../wire/redaction.ts'
import { createTrace } from '../wire/tracer.ts'
import { corsHeaders, isFromAllowedOrigin } from './cors.ts'
import type { Endpoint, Params } from './endpoint.ts'
import { readForm, readInput } from './input.ts'
import { chooseMode } from './mode.ts'
import { checkOrigin, isSafe } from './origin.ts'

type Route = { endpoint: Endpoint | null; allow: string; isAbsent: boolean; params: Params }

/** What is known of a request from the start. */
type Begun = Omit<Context<App>, 'mode' | 'settings' | 'cookies' | 'mayRenew'>

/**
 * The one way of a request through this server: trace → mode → origin → guard → input → handler,
 * and one table turns refusals into answers.
 */
export async function answer(app: App, request: Request, route: Route): Promise<Response> {
  const { endpoint } = route
  const { headers, method } = request
  const cookies = readCookies(headers)
  const channel = cookies.ok ? channelOf(app, headers, cookies.value) : accept(null)
  const trace = createTrace(channel.ok ? channel.value : null, app.clock)
  const url = new URL(request.url)
  const received = trace.since()
  trace.tell('request.received', () => ({
    method,
    target: url.pathname + url.search,
    headers: redactHeaders(headers),
    instance: app.config.instance,
  }))

  let mode: Mode = endpoint?.mode ?? (headers.has('authorization') ? 'token' : 'session')
  const client = clientOf(headers)
  const begun: Begun = {
    request,
    url,
    client,
    channel: channel.ok ? channel.value : null,
    trace,
    cookiesOut: [],
    audit: (event, fields) =>
      app.audit(event, { requestId: trace.id, address: client.address, mode, ...fields }),
    app,
  }

  async function run(): Promise<Result<Reply>> {
    if (!cookies.ok) return cookies
    if (!channel.ok) return channel
    if (route.isAbsent) return refuse('not_found')
    if (!endpoint)
      return method === 'OPTIONS'
        ? accept({ headers: { Allow: route.allow } })
        : refuse('method_not_allowed')
    const isElsewhere = isFromAllowedOrigin(app.config, headers, cookies.value)
    const seal = cookies.value.get(COOKIES.settings)
    const settings = once(() => openSettings(seal, app.passwordsFor.settings, app.config))
    const chosen = await chooseMode(headers, endpoint.mode, seal ? settings : null, trace)
    if (!chosen.ok) return chosen
    mode = chosen.value
    const mayRenew = endpoint.mayRenew && !isElsewhere
    const c = { ...begun, cookies: cookies.value, settings, mode, mayRenew }
    return runEndpoint(c, endpoint, route.params, isElsewhere)
  }

  let reply: FinalReply
  try {
    const outcome = await run()
    reply = outcome.ok
      ? { status: statusOf(endpoint, mode), ...outcome.value }
      : toRefusal(begun, outcome, mode, route.allow)
  } catch (thrown) {
    // Caught once, here. An answer that could not be worked out changes nothing in the browser:
    // cookies are left alone.
    begun.cookiesOut = []
    const reason = isOutage(thrown) ? 'store_unavailable' : 'internal'
    reply = toRefusal(begun, refuse(reason), mode, route.allow)
    logFailure(begun, thrown)
  }
  const response = toResponse(reply, {
    instance: app.config.instance,
    traceId: trace.id,
    cookies: begun.cookiesOut,
    isHead: method === 'HEAD',
    isSecure: isHttps(headers, url),
    cors: corsHeaders(app.config, request, mode),
  })
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
  c: Context<App>,
  endpoint: Endpoint,
  params: Params,
  isElsewhere: boolean,
): Promise<Result<Reply>> {
  const { method } = c.request
  if (!isSafe(method) && (c.mode === 'session' || endpoint.checksOrigin)) {
    const origin = checkOrigin(c.request, c.url, c.trace, isElsewhere && c.mode === 'token')
    if (!origin.ok) return origin
  }
  const who = endpoint.role === null ? null : await guard(mechanisms[c.mode], c, endpoint.role)
  if (who && !who.ok) return who
  const read = endpoint.takesForm ? readForm : readInput
  const input = isSafe(method) ? accept(undefined) : await read(c.request, endpoint.input, c.trace)
  if (!input.ok) return input
  const given = { ...c, input: input.value, params, ...(who && { who: who.value }) }
  const outcome = await endpoint.handle(given)
  if (!outcome.ok) return outcome
  const headers = endpoint.headers(given)
  const hasBody = outcome.value !== null && statusOf(endpoint, c.mode) !== 204
  return accept({ headers, ...(hasBody && { body: outcome.value }) })
}

/** Works something out when it is first asked for, and then never again. */
function once<T>(work: () => T): () => T {
  let found: { value: T } | null = null
  return () => {
    found ??= { value: work() }
    return found.value
  }
}

const statusOf = (endpoint: Endpoint | null, mode: Mode): number =>
  (mode === 'token' && endpoint?.tokenStatus) || (endpoint?.status ?? 204)

/** Turns a refusal into its answer; the trace and the security log are told on the way. */
function toRefusal(c: Begun, refusal: Refusal, mode: Mode, allow: string): FinalReply {
  const { reason } = refusal
  const problem = toProblem(refusal, mode)
  const { code, status } = problem.body
  c.trace.tell('access.refused', () => ({ code, reason, status }))
  if (status === 401 || status === 403) {
    const event = reason === 'cross_site_request' ? 'cross_site' : 'access.refused'
    c.audit(event, { outcome: reason })
  }
  if (status === 405) return { ...problem, headers: { ...problem.headers, Allow: allow } }
  return problem
}

function logFailure({ app, trace, client }: Begun, thrown: unknown): void {
  const isKnown = isOutage(thrown)
  const name = thrown instanceof Error ? thrown.name : 'unknown'
  const outcome = isKnown ? 'store_unavailable' : name
  app.audit('failure', { requestId: trace.id, address: client.address, outcome })
  // The stack goes to the operator's log, never to a client.
  if (!isKnown) process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
}
