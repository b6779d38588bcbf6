import { isHttps } from '../http/incoming.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Trace } from '../wire/trace.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

export const isSafe = (method: string): boolean => SAFE_METHODS.has(method)

/**
 * Refuses what another site's page makes a browser send (ASVS 5.0, 3.5.1 and 3.5.3). Browsers say
 * where a request comes from in
 * `Sec-Fetch-Site`, older ones in `Origin`; a client that says neither is not a browser and carries
 * no cookies by itself.
 * `isAllowed`: a page of a configured origin, which brings no cookie.
 */
export function checkOrigin(
  request: Request,
  url: URL,
  trace: Trace,
  isAllowed = false,
): Result<null> {
  const [passed, by, value] = isAllowed
    ? ([true, 'cors', request.headers.get('origin')] as const)
    : decide(request.headers, url)
  trace.tell('origin.checked', () => ({ passed, by, value }))
  return passed ? accept(null) : refuse('cross_site_request')
}

function decide(
  headers: Headers,
  url: URL,
): [boolean, 'sec-fetch-site' | 'origin' | 'neither', string | null] {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return [site === 'same-origin' || site === 'none', 'sec-fetch-site', site]
  const origin = headers.get('origin')
  if (origin !== null) return [origin === originOf(headers, url), 'origin', origin]
  return [true, 'neither', null]
}

// The address bar's origin: what the browser put into Host, not where this process happens to
// listen.
function originOf(headers: Headers, url: URL): string {
  const scheme = isHttps(headers, url) ? 'https:' : url.protocol
  return `${scheme}//${headers.get('host') ?? url.host}`
}
