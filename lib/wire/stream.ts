import type { App } from '../app.ts'
import { COOKIES, readCookies } from '../http/cookies.ts'
import { isHttps } from '../http/incoming.ts'
import { API_HEADERS, HSTS, toProblem, toResponse } from '../http/reply.ts'
import { type Refusal, refuse } from '../result.ts'
import { isChannelId, type Listener, pairingCodeOf } from './bus.ts'

const HEARTBEAT = 15_000
/** A stream is closed after this long; the browser comes back by itself, with the last step it saw. */
const MAX_AGE = 15 * 60_000
/** Bytes a reader may be behind before its stream is closed; it comes back and reads on. */
const MAX_BACKLOG = 1024 * 1024

const encoder = new TextEncoder()

/**
 * `GET /api/wire`: the steps that this browser caused, as server-sent events, and no others'. The channel is the random id in
 * `__Host-wire`. Events: `hello` with the pairing code, `step`, `ended` when the sign-in was ended elsewhere.
 */
export function streamSteps(app: App, request: Request): Response {
  const cookies = readCookies(request.headers)
  if (!cookies.ok) return refused(app, cookies)
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return refused(app, refuse('cross_site_request'))
  const channelId = cookies.value.get(COOKIES.wire)
  if (!isChannelId(channelId)) return refused(app, refuse('session.missing'))

  const code = pairingCodeOf(channelId)
  let stop = (): void => undefined
  let isFull = false
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true
        const close = () => {
          if (!isOpen) return
          isOpen = false
          stop()
          try {
            controller.close()
          } catch {
            // The reader was gone before us.
          }
        }
        const send = (event: string, data: unknown, id?: string) => {
          if (!isOpen) return
          if ((controller.desiredSize ?? 0) < -MAX_BACKLOG) return close()
          controller.enqueue(
            encoder.encode(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
          )
        }
        const listener: Listener = {
          step: step => send('step', step, step.id),
          signInEnded: notice => send('ended', notice),
          close,
        }
        // A field, not an event: how soon the browser comes back when a stream ends.
        controller.enqueue(encoder.encode('retry: 500\n'))
        send('hello', { pairingCode: code, instance: app.config.instance })
        const unwatch = app.bus.watch(code, listener, request.headers.get('last-event-id'))
        if (!unwatch) {
          isFull = true
          return close()
        }
        // What was kept may be more than a reader may be behind: it comes back for the rest.
        if (!isOpen) return unwatch()
        const heartbeat = setInterval(() => controller.enqueue(encoder.encode(': still here\n\n')), HEARTBEAT)
        const end = setTimeout(close, MAX_AGE)
        stop = () => {
          clearInterval(heartbeat)
          clearTimeout(end)
          unwatch()
          stop = () => undefined
        }
      },
      cancel: () => stop(),
    },
    { highWaterMark: 0, size: chunk => chunk.byteLength },
  )
  if (isFull) return refused(app, refuse('too_many_streams', { retryAfterSeconds: 30 }))
  // `text/event-stream` must not be kept back by a proxy on the way.
  const headers = {
    ...API_HEADERS,
    'Content-Type': 'text/event-stream',
    'Authscope-Instance': app.config.instance,
    'X-Accel-Buffering': 'no',
    ...(isHttps(request.headers, new URL(request.url)) && { 'Strict-Transport-Security': HSTS }),
  }
  return new Response(body, { headers })
}

function refused(app: App, refusal: Refusal): Response {
  const facts = { instance: app.config.instance, traceId: '', cookies: [], isHead: false, isSecure: false }
  return toResponse(toProblem(refusal, 'session'), facts)
}
