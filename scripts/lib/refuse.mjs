import { STATUS_CODES } from 'node:http'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const NOT_ALLOWED = JSON.stringify({
  type: 'about:blank',
  title: 'Method Not Allowed',
  status: 405,
  code: 'method_not_allowed',
})
const NOT_ALLOWED_HEADERS = {
  Allow: METHODS.join(', '),
  'Content-Type': 'application/problem+json',
  'Content-Length': Buffer.byteLength(NOT_ALLOWED),
  'Cache-Control': 'no-store',
  Connection: 'close',
}
const STATUS = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 }
const REQUEST_LINE = /^[!#$%&'*+.^`|~\w-]+ \S+ HTTP\/1\.[01]\r?\n/

/** Whether the app answers this method at all. To TRACE and methods it does not know, Next would answer 500. */
export const isAllowed = ({ method }) => METHODS.includes(method)

/** Answers 405 with what is allowed. */
export const refuseMethod = response => response.writeHead(405, NOT_ALLOWED_HEADERS).end(NOT_ALLOWED)

/** Answers a request for no path: `OPTIONS *` asks what the server allows at all, everything else is malformed. */
export function refuseTarget({ method, url }, response) {
  const status = method === 'OPTIONS' && url === '*' ? 204 : 400
  response.writeHead(status, { Allow: METHODS.join(', '), 'Cache-Control': 'no-store', Connection: 'close' }).end()
}

/** Answers 421: this server does not go by the name it was called by. */
export const refuseHost = response =>
  response.writeHead(421, { 'Content-Length': 0, 'Cache-Control': 'no-store', Connection: 'close' }).end()

const FOR_NOW = status =>
  JSON.stringify({
    type: 'about:blank',
    title: 'This cannot be answered right now. Try again shortly.',
    status,
    code: 'unavailable',
  })

/** Answers that this instance takes no part right now: 503 to who asks whether it does, 502 to a gateway that tries the next one then. */
export const refuseForNow = (response, status) =>
  response
    .writeHead(status, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(FOR_NOW(status)),
      'Cache-Control': 'no-store',
      'Retry-After': 5,
      Connection: 'close',
    })
    .end(FOR_NOW(status))

/** Answers CONNECT, for which Node hands over the bare socket. */
export function refuseConnect(_request, socket) {
  socket.on('error', () => socket.destroy())
  socket.end(onTheWire(405, NOT_ALLOWED_HEADERS, NOT_ALLOWED))
}

/** Answers what Node could not read as a request, and closes. */
export const refuseMalformed = running => (error, socket) => {
  // Half an answer may be on its way already: whatever followed it would be taken for a part of it.
  const isAnswering = [...running].some(({ req, headersSent }) => headersSent && req.socket === socket)
  if (isAnswering || error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
  if (error.code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(error.rawPacket)) return refuseConnect(null, socket)
  const status = STATUS[error.code] ?? 400
  const body = `${STATUS_CODES[status]}\n`
  const headers = { 'Content-Type': 'text/plain', 'Content-Length': body.length, Connection: 'close' }
  socket.end(onTheWire(status, headers, body))
}

function onTheWire(status, headers, body) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}
