import type { App } from '../app.ts'
import { channelIdOf } from '../context/channel.ts'
import { COOKIES, readCookies, setCookie } from '../http/cookies.ts'
import { clientOf, isHttps } from '../http/incoming.ts'
import { networksOf } from '../http/network.ts'
import { API_HEADERS, HSTS, toProblem, toResponse } from '../http/reply.ts'
import { type Refusal, refuse } from '../http/result.ts'
import { createChannelId, pairingCodeOf, WIRE_COOKIE_SECONDS } from '../wire/channel-id.ts'
import type { TooMany, Watching } from '../wire/listener.ts'

const HEARTBEAT = 15_000
/**
 * A stream is closed after this long; the browser comes back by itself, with the last step it saw.
 */
const MAX_AGE = 15 * 60_000
/**
 * Bytes that wait in the process for one reader. What a slow one has not been sent is kept once,
 * for all of its channel.
 */
const WINDOW = 8 * 1024
/** How soon a browser that was turned away may ask again, in seconds. */
const RETRY_AFTER = 10

const encoder = new TextEncoder()

/**
 * `GET /api/wire`: the steps that this browser caused, as server-sent events, and no others'. The
 * channel is the id in `__Host-wire`, made by this server. Events: `hello` with the pairing code,
 * `step`, `ended` when the sign-in was ended elsewhere, `moved` when the browser has been given
 * another channel and is to come again with it. 404 where there is no wire.
 */
export function streamSteps(app: App, request: Request): Response {
  if (!app.config.wire) return refused(app, refuse('not_found'))
  const cookies = readCookies(request.headers)
  if (!cookies.ok) return refused(app, cookies)
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none')
    return refused(app, refuse('cross_site_request'))
  const channelId = channelIdOf(app, cookies.value)
  if (channelId === null) {
    // Given one here, a page that lost its cookie comes back with it; one whose browser takes none
    // does not.
    const made = setCookie(
      COOKIES.wire,
      createChannelId(app.passwordsFor.wire),
      WIRE_COOKIE_SECONDS,
    )
    return refused(app, refuse('session.missing'), [made])
  }

  const network = siteOf(clientOf(request.headers).address)
  const lastStepId = request.headers.get('last-event-id')
  const opened = open(app, pairingCodeOf(channelId), network, lastStepId)
  if (opened.tooMany)
    return refused(app, refuse(opened.tooMany, { retryAfterSeconds: RETRY_AFTER }))
  // `text/event-stream` must not be kept back by a proxy on the way.
  const headers = {
    ...API_HEADERS,
    'Content-Type': 'text/event-stream',
    'Authscope-Instance': app.config.instance,
    'X-Accel-Buffering': 'no',
    ...(isHttps(request.headers, new URL(request.url)) && { 'Strict-Transport-Security': HSTS }),
  }
  return new Response(opened.body, { headers })
}

/** The network an address counts as: itself, or the /48 of an IPv6 address. */
const siteOf = (address: string): string => networksOf(address).at(-1) ?? address

/** Watches a channel, and makes what is told a stream that waits for its reader. */
function open(app: App, code: string, network: string, lastStepId: string | null) {
  let watching: Watching | null = null
  let tooMany: TooMany | null = null
  let stop = (): void => undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOpen = true
        let unsent = ''
        // What is told at once is sent at once: each chunk is a call of the system.
        const flush = () => {
          const chunk = unsent
          unsent = ''
          if (isOpen && chunk) controller.enqueue(encoder.encode(chunk))
        }
        const write = (text: string) => {
          if (unsent === '') queueMicrotask(flush)
          unsent += text
        }
        const send = (event: string, data: unknown) =>
          write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
        const isBehind = () => (controller.desiredSize ?? 0) <= unsent.length
        const heartbeat = setInterval(() => !isBehind() && write(': still here\n\n'), HEARTBEAT)
        const end = setTimeout(() => close(), MAX_AGE)
        stop = () => {
          isOpen = false
          clearInterval(heartbeat)
          clearTimeout(end)
          watching?.stop()
        }
        function close() {
          if (!isOpen) return
          flush()
          stop()
          try {
            controller.close()
          } catch {
            // The reader was gone before us.
          }
        }

        // A field, not an event: how soon the browser comes back when a stream ends.
        write('retry: 500\n')
        send('hello', { pairingCode: code, instance: app.config.instance })
        const listener = {
          step({ id, text }: { id: string; text: string }) {
            if (!isOpen || isBehind()) return false
            write(`id: ${id}\nevent: step\ndata: ${text}\n\n`)
            return true
          },
          signInEnded: (notice: unknown) => send('ended', notice),
          moved: () => send('moved', {}),
          close,
        }
        const watched = app.bus.watch(code, listener, lastStepId, network)
        if (typeof watched === 'string') tooMany = watched
        else watching = watched
        if (tooMany || !isOpen) stop()
      },
      pull() {
        watching?.resume()
      },
      cancel: () => stop(),
    },
    { highWaterMark: WINDOW, size: chunk => chunk.byteLength },
  )
  // Set while the stream was made: `start` runs at once.
  return { body, tooMany: tooMany as TooMany | null }
}

function refused(app: App, refusal: Refusal, cookies: string[] = []): Response {
  const facts = {
    instance: app.config.instance,
    traceId: '',
    cookies,
    isHead: false,
    isSecure: false,
  }
  return toResponse(toProblem(refusal, 'session'), facts)
}
