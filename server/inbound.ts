import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP, type Socket } from 'node:net'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'
import { family } from '../scripts/lib/settings.mjs'
import type { Settings } from './settings.ts'

/**
 * What only a proxy in front or Next itself may say of a request. Of `x-nextjs-`, the browser's
 * router sends two: ids for matching answers to requests.
 */
const NEVER_FROM_OUTSIDE =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-auth-.*|x-middleware-.*|x-next-.*|x-nextjs-(?!(html-)?request-id$).*|next-resume|x-invoke-.*|x-matched-path|x-now-.*|x-prerender-.*|x-vercel-.*|x-gateway-.*)$/

/**
 * What the router of a page says to Next. Where there is no page, nobody says it with reason, and
 * Next would answer by it.
 */
const ROUTER = /^(rsc|next-.*)$/
const NO_PAGE = /^\/(api|\.well-known|openapi\.json)(\/|\?|$)/

/**
 * Rewrites a request's headers, so that everything behind can believe them: `x-forwarded-for` is
 * the one address of the client, `x-forwarded-proto` is `http` or `https`, and nothing is left that
 * a client could use to pose as somebody.
 * False if the client is already gone.
 */
export function clean(request: IncomingMessage, trusted: BlockList): boolean {
  const peer = plainAddress(request.socket.remoteAddress)
  if (!peer) return false
  const { headers } = request
  const isProxy = isFromProxy(request, trusted)
  const address = isProxy ? clientOf(textOf(headers['x-forwarded-for']), trusted) : undefined
  const scheme = isProxy ? lastOf(textOf(headers['x-forwarded-proto'])) : undefined
  for (const name of Object.keys(headers)) if (NEVER_FROM_OUTSIDE.test(name)) delete headers[name]
  if (NO_PAGE.test(request.url ?? ''))
    for (const name of Object.keys(headers)) if (ROUTER.test(name)) delete headers[name]
  if (!isRouterState(headers['next-router-state-tree'])) delete headers['next-router-state-tree']
  headers['x-forwarded-for'] = address ?? peer
  headers['x-forwarded-proto'] = scheme === 'https' ? 'https' : 'http'
  return true
}

/**
 * Brings the request target into the one form that Next reads: a path. An absolute one, which a
 * client may send to any server, would be answered with a redirect to the host it names. False if
 * there is no path in it.
 */
export function hasPath(request: IncomingMessage): boolean {
  const { url = '' } = request
  if (url.startsWith('/')) return isDecodable(url)
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return false
  const { host, pathname, search } = new URL(url)
  request.url = pathname + search
  request.headers.host = host
  return isDecodable(request.url)
}

/**
 * Whether a request is meant for this server, by the names it was told; whoever checks its health
 * asks by address. One that was told none, is reachable from this machine alone and has no proxy in
 * front answers to the machine's own: else a page anywhere could point its own name here and read
 * the answers (DNS rebinding).
 */
export function isForUs(
  { url = '', headers: { host = '' } }: Pick<IncomingMessage, 'url' | 'headers'>,
  { isLocal, trusted, names }: Pick<Settings, 'isLocal' | 'trusted' | 'names'>,
): boolean {
  if (names.length > 0)
    return isHealthCheck(url) || names.includes(host.replace(/:\d*$/, '').toLowerCase())
  if (!isLocal || trusted.rules.length > 0) return true
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host)
}

const isHealthCheck = (url: string) => /^\/api\/health\/(live|ready)$/.test(url)

/**
 * Whether a request says twice who it is from. Node keeps the first and drops the second; another
 * server may do otherwise.
 */
export const isAmbiguous = ({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization')
    .length > 1

/**
 * Whether a request comes straight from a configured proxy, so that what it says of the way here
 * can be believed.
 */
export function isFromProxy(
  { socket }: { socket: Pick<Socket, 'remoteAddress'> },
  trusted: BlockList,
): boolean {
  const peer = plainAddress(socket.remoteAddress)
  return peer !== undefined && trusted.check(peer, family(peer))
}

/** Whether the path of a target can be read: Next answers a lone `%` with 500. */
function isDecodable(target: string): boolean {
  try {
    decodeURIComponent(target.replace(/\?.*$/s, ''))
    return true
  } catch {
    return false
  }
}

/**
 * Whether what the page's router says of itself is what Next can read: it answers anything else
 * with 500.
 */
function isRouterState(header: string | string[] | undefined): boolean {
  if (header === undefined) return true
  try {
    parseAndValidateFlightRouterState(header)
    return true
  } catch {
    return false
  }
}

/**
 * The right-most address that is not a trusted proxy: those further left could have been written by
 * anybody.
 */
function clientOf(list: string, trusted: BlockList): string | undefined {
  for (const entry of list.split(',').reverse()) {
    const address = plainAddress(entry.trim())
    if (!address) return undefined
    if (!trusted.check(address, family(address))) return address
  }
  return undefined
}

const textOf = (header: string | string[] | undefined) => String(header ?? '')
const lastOf = (list: string) => (list.split(',').at(-1) ?? '').trim().toLowerCase()

/**
 * An address in one spelling: IPv4 carried in IPv6 as IPv4, without a zone. Undefined if it is
 * none.
 */
function plainAddress(text = ''): string | undefined {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return isIP(address) ? address : undefined
}
