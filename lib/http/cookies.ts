import { accept, type Result, refuse } from './result.ts'

/**
 * The cookies of this app. `__Host-` makes the browser insist on Secure, Path=/ and no Domain,
 * so that no sibling subdomain can plant one (RFC 6265bis, 4.1.3.2).
 */
export const COOKIES = {
  session: '__Host-session',
  refresh: '__Host-refresh',
  settings: '__Host-settings',
  /** Which accounts this browser has signed in to: what lets their owner in while others guess. */
  known: '__Host-known',
  wire: '__Host-wire',
  /** Demo mode: which cast is this browser's own. */
  cast: '__Host-cast',
  /** Demo mode: the copies of credentials that the replay uses. */
  keptSession: '__Host-kept-session',
  keptToken: '__Host-kept-token',
} as const

const OURS = new Set<string>(Object.values(COOKIES))

export type Cookies = ReadonlyMap<string, string>

/**
 * The one reader of cookies. Libraries disagree about which of two equal names counts, and that
 * difference is an attack (cookie tossing); a request with two copies of a cookie of ours is
 * refused.
 */
export function readCookies(headers: Headers): Result<Cookies> {
  const cookies = new Map<string, string>()
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(at, 0)).trim()
    if (!name) continue
    if (cookies.has(name) && OURS.has(name)) return refuse('duplicate_cookie')
    cookies.set(name, pair.slice(at + 1).trim())
  }
  return accept(cookies)
}

/**
 * Sent to requests of our own pages' scripts alone: nobody comes from elsewhere with a link and
 * needs them (RFC 10017).
 */
const STRICT = new Set<string>([COOKIES.refresh, COOKIES.known, COOKIES.cast])

/**
 * A `Set-Cookie` value with every attribute that protects it. `maxAgeSeconds` of 0 makes the
 * browser forget it.
 */
export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  const sameSite = STRICT.has(name) ? 'Strict' : 'Lax'
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=${sameSite}`
  return `${name}=${value}; ${attributes}`
}

export const clearCookie = (name: string): string => setCookie(name, '', 0)
