import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

type Status = 400 | 405 | 408 | 413 | 421 | 431 | 502 | 503
type Answer = { status: Status; headers: Record<string, string | number>; body: string }

/**
 * What is answered before the app is asked: the code and the sentence of each status, as the
 * contract has them (RFC 9457).
 */
const PROBLEMS: Record<Status, [code: string, title: string]> = {
  400: ['malformed_request', 'This is no request that can be read.'],
  405: ['method_not_allowed', 'This address does not answer that method.'],
  408: ['request_timeout', 'The request did not arrive in time.'],
  413: ['body_too_large', 'The body is larger than 16 KiB.'],
  421: ['misdirected_request', 'This server does not go by that name.'],
  431: [
    'headers_too_large',
    'The headers are too large. In a browser, clear the cookies of this site.',
  ],
  502: ['unavailable', 'This cannot be answered right now. Try again shortly.'],
  503: ['unavailable', 'This cannot be answered right now. Try again shortly.'],
}
/** The status for what Node says of a request that it could not read; 400 for the rest. */
const STATUS: Record<string, Status> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
}

/** An answer of that status: a problem, or for a page the sentence alone. */
function toAnswer(
  status: Status,
  { isPage = false, more = {} }: { isPage?: boolean; more?: Answer['headers'] } = {},
): Answer {
  const [code, title] = PROBLEMS[status]
  const body = isPage ? `${title}\n` : JSON.stringify({ type: 'about:blank', title, status, code })
  const headers = {
    'Content-Type': isPage ? 'text/plain; charset=utf-8' : 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...more,
  }
  return { status, headers, body }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body)
}
const ALLOW = { Allow: METHODS.join(', ') }

/**
 * Whether whoever asks wants a page, as far as could be read: by the path and by what is accepted.
 */
const isForPage = (target = '', accept = '') =>
  !target.startsWith('/api/') && /text\/html/.test(accept)
const REQUEST_LINE = /^[!#$%&'*+.^`|~\w-]+ \S+ HTTP\/1\.[01]\r?\n/

/**
 * Whether the app answers this method at all. To TRACE and methods it does not know, Next would
 * answer 500.
 */
export const isAllowed = ({ method = '' }: IncomingMessage): boolean => METHODS.includes(method)

/** Answers 405 with what is allowed. */
export const refuseMethod = (response: ServerResponse): void =>
  send(response, toAnswer(405, { more: ALLOW }))

/**
 * Answers a request for no path: `OPTIONS *` asks what the server allows at all, everything else is
 * malformed.
 */
export function refuseTarget(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
): void {
  if (method === 'OPTIONS' && url === '*') {
    const more = { 'Cache-Control': 'no-store', Connection: 'close' }
    response.writeHead(204, { ...ALLOW, ...more }).end()
  } else {
    send(response, toAnswer(400, { isPage: isForPage(url, headers.accept), more: ALLOW }))
  }
}

/** Answers 421: this server does not go by the name it was called by. */
export const refuseHost = ({ url, headers }: IncomingMessage, response: ServerResponse): void =>
  send(response, toAnswer(421, { isPage: isForPage(url, headers.accept) }))

/** Answers a request with two Authorization headers (RFC 6750, 3.1). */
export function refuseAmbiguous(response: ServerResponse): void {
  const title = 'The Authorization header was sent twice.'
  const body = JSON.stringify({ type: 'about:blank', title, status: 400, code: 'invalid_request' })
  const more = {
    'Content-Length': body.length,
    'WWW-Authenticate': 'Bearer realm="authscope", error="invalid_request"',
  }
  send(response, { ...toAnswer(400, { more }), body })
}

/**
 * Answers that this instance takes no part right now: 503 to who asks whether it does, 502 to a
 * gateway that tries the next one then.
 */
export const refuseForNow = (response: ServerResponse, status: 502 | 503): void =>
  send(response, toAnswer(status, { more: { 'Retry-After': 5 } }))

/** Answers CONNECT, for which Node hands over the bare socket. */
export function refuseConnect(_request: IncomingMessage, socket: Duplex): void {
  refuseMethodOn(socket)
}

function refuseMethodOn(socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  socket.end(onTheWire(toAnswer(405, { more: ALLOW })))
}

/** Answers what Node could not read as a request, and closes. */
export const refuseMalformed =
  (running: Set<ServerResponse>) =>
  ({ code = '', rawPacket = '' }: Unread, socket: Duplex): void => {
    // Half an answer may be on its way already: whatever followed it would be taken for a part of
    // it.
    const isAnswering = [...running].some(
      ({ req, headersSent }) => headersSent && req.socket === socket,
    )
    const read = String(rawPacket)
    if (isAnswering || code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else if (code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(read)) refuseMethodOn(socket)
    else {
      const isPage = isForPage(read.split(' ', 2)[1], read)
      socket.end(onTheWire(toAnswer(STATUS[code] ?? 400, { isPage })))
    }
  }

/** What Node says of a request that it could not read, with what it has of it. */
type Unread = Error & { code?: string; rawPacket?: Buffer | string }

function onTheWire({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}
