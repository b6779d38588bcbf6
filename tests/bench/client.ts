import http from 'node:http'
import { type App, installApp } from '../../lib/app.ts'
import { findRoute } from '../fixtures/routes.ts'

export type Sent = { method?: string; body?: unknown; headers?: Record<string, string> }
export type Answered = { status: number; cookies: string[]; text: string }
/** Sends a request to an app, whatever is in between. */
export type Send = (target: string, sent?: Sent) => Promise<Answered>

const bodyOf = ({ body }: Sent) => (body === undefined ? undefined : JSON.stringify(body))
const headersOf = ({ headers = {}, body }: Sent) => ({
  ...headers,
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
})

/** The route handlers of an app themselves, with nothing in between. */
export const inProcess =
  (app: App): Send =>
  async (target, sent = {}) => {
    installApp(app)
    const route = await findRoute(target)
    const { method = 'GET' } = sent
    const init = {
      method,
      headers: { 'x-forwarded-for': '127.0.0.1', ...headersOf(sent) },
      body: bodyOf(sent) ?? null,
    }
    const response = await route.call(method, new Request(`http://127.0.0.1${target}`, init))
    return {
      status: response.status,
      cookies: response.headers.getSetCookie(),
      text: await response.text(),
    }
  }

/**
 * The same over HTTP, by connections that are kept alive. `bytesSent` is what they have sent in
 * all.
 */
export function overHttp(origin: string) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
  const sockets = new Set<import('node:net').Socket>()
  const send: Send = (target, sent = {}) =>
    new Promise((resolve, reject) => {
      const body = bodyOf(sent)
      const request = http.request(origin + target, {
        method: sent.method ?? 'GET',
        headers: headersOf(sent),
        agent,
      })
      request.on('socket', socket => sockets.add(socket))
      request.on('response', response => {
        let text = ''
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk
        })
        const cookies = response.headers['set-cookie'] ?? []
        response.on('end', () => resolve({ status: response.statusCode ?? 0, cookies, text }))
      })
      request.on('error', reject)
      request.end(body)
    })
  return {
    send,
    bytesSent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    close: () => agent.destroy(),
  }
}

/** The `name=value` of a cookie that an answer sets. */
export const cookieOf = ({ cookies }: Answered, name: string): string =>
  cookies.find(line => line.startsWith(`${name}=`))?.split(';')[0] ?? ''
