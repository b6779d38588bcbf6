import type { ZodType } from 'zod'
import type { Role } from '../accounts/account.ts'
import type { App } from '../app.ts'
import { guard } from '../auth/guard.ts'
import type { Exchange, SignedIn } from '../exchange.ts'
import { accept, type Refusal, type Result, refuse } from '../result.ts'
import { type Mode, openSettings } from '../settings.ts'
import { isOutage } from '../store/database.ts'
import { type Channel, isChannelId, isPairingCode, pairingCodeOf } from '../wire/bus.ts'
import { redactHeaders } from '../wire/redaction.ts'
import { createTrace } from '../wire/trace.ts'
import { COOKIES, type Cookies, readCookies } from './cookies.ts'
import { Nothing, readInput } from './input.ts'
import { chooseMode } from './mode.ts'
import { checkOrigin, isSafe } from './origin.ts'
import { type Reply, toProblem, toResponse } from './reply.ts'

type Params = Record<string, string>

/** What a handler gets: the exchange, its checked input, and the parameters of the address. */
export type Open<I> = Exchange & { input: I; params: Params }
/** The same behind the guard. */
export type Guarded<I> = Open<I> & { who: SignedIn }

type Answer = Promise<Reply | Refusal>

/** One method of one route. Made by `open` or `guarded`, so that no route can forget to say which it is. */
export type Endpoint = {
  /** Set on routes that belong to one mode; the others follow the mode rule. */
  mode: Mode | null
  /** Routes that read the refresh cookie check the origin in both modes. */
  readsRefreshCookie: boolean
  least: Role | null
  input: ZodType
  // biome-ignore lint/suspicious/noExplicitAny: `open` and `guarded` tie the handler's input to its schema
  handle(x: any): Answer
}

type Facts<I> = { input?: ZodType<I>; mode?: Mode; readsRefreshCookie?: boolean }

/** An endpoint for everybody. */
export const open = <I = undefined>(facts: Facts<I> & { handle(x: Open<I>): Answer }): Endpoint =>
  toEndpoint(facts, null)

/** An endpoint for whoever is signed in, with at least the role `least`. */
export const guarded = <I = undefined>(facts: Facts<I> & { least?: Role; handle(x: Guarded<I>): Answer }): Endpoint =>
  toEndpoint(facts, facts.least ?? 'reader')

function toEndpoint<I>(facts: Facts<I> & { handle(x: never): Answer }, least: Role | null): Endpoint {
  const { mode = null, readsRefreshCookie = false, input = Nothing, handle } = facts
  return { mode, readsRefreshCookie, least, input, handle }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type Method = (typeof METHODS)[number]

// Other frameworks' routes may have lists among their parameters; none of this app's handlers wants one.
type RouteHandler = (request: Request, context?: { params: Promise<Record<string, unknown>> }) => Promise<Response>

/**
 * A route's methods as the framework wants them: all of them, so that 405 and `Allow` are ours.
 * Every request takes the same way: trace → mode → origin → guard → input → handler, and one table turns refusals into answers.
 */
export function routes(
  app: () => App,
  endpoints: Partial<Record<Exclude<Method, 'HEAD' | 'OPTIONS'>, Endpoint>>,
  answeredElsewhere: Method[] = [],
): Record<Method, RouteHandler> {
  const isAnswered = (method: Method) =>
    endpoints[method === 'HEAD' ? 'GET' : (method as 'GET')] ||
    method === 'OPTIONS' ||
    answeredElsewhere.includes(method)
  const answered = METHODS.filter(isAnswered)
  const allow = answered.join(', ')
  const handlerFor = (method: Method): RouteHandler => {
    const endpoint = endpoints[method === 'HEAD' ? 'GET' : (method as 'GET')]
    return async (request, context) => answer(app(), request, endpoint ?? null, allow, toParams(await context?.params))
  }
  return Object.fromEntries(METHODS.map(method => [method, handlerFor(method)])) as Record<Method, RouteHandler>
}

const toParams = (params: Record<string, unknown> = {}): Params =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

/** The one way of a request through this server. */
async function answer(
  app: App,
  request: Request,
  endpoint: Endpoint | null,
  allow: string,
  params: Params,
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

  const exchange: Omit<Exchange, 'mode' | 'settings' | 'cookies'> = {
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
    if (!endpoint)
      return method === 'OPTIONS' ? { status: 204, headers: { Allow: allow } } : refuse('method_not_allowed')
    const seal = cookies.value.get(COOKIES.settings)
    const settings = await openSettings(seal, app.passwordsFor.settings, app.config.demo)
    const chosen = chooseMode(headers, endpoint.mode, seal ? settings : null, trace)
    if (!chosen.ok) return chosen
    mode = chosen.value
    const x = { ...exchange, cookies: cookies.value, settings, mode }
    return runEndpoint(x, endpoint, params)
  }

  let reply: Reply
  try {
    reply = settle(await run(), exchange, mode, allow)
  } catch (thrown) {
    // Caught once, here. An answer that could not be worked out changes nothing in the browser: cookies are left alone.
    exchange.outgoingCookies = []
    reply = settle(refuse(isOutage(thrown) ? 'store_unavailable' : 'internal'), exchange, mode, allow)
    logFailure(app, exchange, thrown)
  }
  const isSecure = url.protocol === 'https:' || headers.get('x-forwarded-proto') === 'https'
  const facts = {
    instance: app.config.instance,
    traceId: trace.id,
    cookies: exchange.outgoingCookies,
    isHead: method === 'HEAD',
    isSecure,
  }
  const response = toResponse(reply, facts)
  const { status } = response
  trace.tell(
    'response.sent',
    () => ({ status, headers: redactHeaders(response.headers), body: reply.body ?? null }),
    received,
  )
  return response
}

async function runEndpoint(x: Exchange, endpoint: Endpoint, params: Params): Answer {
  const { method } = x.request
  if (!isSafe(method) && (x.mode === 'session' || endpoint.readsRefreshCookie)) {
    const origin = checkOrigin(x.request, x.url, x.trace)
    if (!origin.ok) return origin
  }
  const who = endpoint.least === null ? null : await guard(x, endpoint.least)
  if (who && !who.ok) return who
  const input = isSafe(method) ? accept(undefined) : await readInput(x.request, endpoint.input, x.trace)
  if (!input.ok) return input
  return endpoint.handle({ ...x, input: input.value, params, ...(who?.ok && { who: who.value }) })
}

/** Turns what came out into a reply; a refusal is told to the trace and the security log on the way. */
function settle(
  outcome: Reply | Refusal,
  x: Pick<Exchange, 'trace' | 'app' | 'client'>,
  mode: Mode,
  allow: string,
): Reply {
  if (!('ok' in outcome)) return outcome
  const problem = toProblem(outcome, mode)
  const { code, status } = problem.body
  x.trace.tell('access.refused', () => ({ code, reason: outcome.reason, status }))
  if (status === 401 || status === 403) {
    const event = outcome.reason === 'cross_site_request' ? 'cross_site' : 'access.refused'
    x.app.audit(event, { requestId: x.trace.id, address: x.client.address, mode, outcome: outcome.reason })
  }
  if (status === 405) return { ...problem, headers: { ...problem.headers, Allow: allow } }
  return problem
}

/** The steps of a request go to the browser that made it, or to the one whose pairing code a terminal names. */
function channelOf(app: App, headers: Headers, cookies: Cookies): Result<Channel | null> {
  const code = headers.get('wire-channel')
  if (code !== null) return isPairingCode(code) ? accept(app.bus.channel(code)) : refuse('invalid_wire_channel')
  const channelId = cookies.get(COOKIES.wire)
  return accept(isChannelId(channelId) ? app.bus.channel(pairingCodeOf(channelId)) : null)
}

const MAX_USER_AGENT = 300

// The server in front sets X-Forwarded-For from the socket, or from a configured proxy, and strips what clients send.
function clientOf(headers: Headers) {
  return {
    address: headers.get('x-forwarded-for')?.trim() || 'unknown',
    userAgent: (headers.get('user-agent') ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_USER_AGENT),
  }
}

function logFailure(app: App, x: Pick<Exchange, 'trace' | 'client'>, thrown: unknown): void {
  const outcome = isOutage(thrown) ? 'store_unavailable' : thrown instanceof Error ? thrown.name : 'unknown'
  app.audit('failure', { requestId: x.trace.id, address: x.client.address, outcome })
  // The stack goes to the operator's log, never to a client.
  if (!isOutage(thrown)) process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
}
