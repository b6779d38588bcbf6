import type { Config } from '../config.ts'
import { COOKIES, type Cookies } from '../http/cookies.ts'
import type { Mode } from '../settings/settings.ts'

// Pages of other origins may use the API with a bearer token, where they are configured (ASVS 5.0,
// 3.4.2). Never with cookies:
// `Access-Control-Allow-Credentials` is not sent, so a browser lets no such page see what cookies
// would open.

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, Auth-Mode, Auth-User, Content-Type, Wire-Channel',
  'Access-Control-Max-Age': '600',
}
const EXPOSED = 'WWW-Authenticate, Retry-After, Allow, Authscope-Instance, Authscope-Trace'

/**
 * Whether a request comes from a page of a configured origin, and as such a page should send it:
 * without any cookie of ours.
 */
export const isFromAllowedOrigin = (
  config: Pick<Config, 'corsOrigins'>,
  headers: Headers,
  cookies: Cookies,
): boolean =>
  config.corsOrigins.includes(headers.get('origin') ?? '') &&
  !Object.values(COOKIES).some(cookie => cookies.has(cookie))

/**
 * What an answer says to a page of another origin: in token mode that it may read it, if it is
 * configured; else nothing.
 */
export function corsHeaders(
  config: Pick<Config, 'corsOrigins'>,
  { method, headers }: Request,
  mode: Mode,
): Record<string, string> {
  const { corsOrigins } = config
  if (corsOrigins.length === 0) return {}
  const origin = headers.get('origin') ?? ''
  const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method')
  // The answer depends on who asks, allowed or not: a cache must know.
  if (!corsOrigins.includes(origin) || (mode === 'session' && !isPreflight))
    return { Vary: 'Origin' }
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    ...(isPreflight ? PREFLIGHT : { 'Access-Control-Expose-Headers': EXPOSED }),
  }
}
