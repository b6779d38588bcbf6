import { type App, app } from '../app.ts'
import type { Endpoint, Params } from './endpoint.ts'
import { answer } from './pipeline.ts'

export { accept, refuse } from '../http/result.ts'
export { guarded, open } from './endpoint.ts'

// What a file of routes needs: says what its methods are, and hands each request to a flow.

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
 * Every request takes the same way: `pipeline.ts`.
 */
export function routes(
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
      answer(app(), request, {
        endpoint: endpoint ?? null,
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
