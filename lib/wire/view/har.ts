import type { Entry, Har } from 'har-format'
import type { HeaderLine } from '../steps.ts'
import { type Answer, answerOf, type Exchange, type Request, requestOf } from './exchanges.ts'

/** Exchanges as HAR 1.2, for any tool that reads it. Secrets are fingerprints here too. */
export function toHar(exchanges: readonly Exchange[], origin: string): Har {
  return {
    log: {
      version: '1.2',
      creator: { name: 'Authscope', version: '0.1.0' },
      entries: exchanges.flatMap(exchange => entryOf(exchange, origin) ?? []),
    },
  }
}

/** The entry of an exchange, or null where it has no answer yet. */
function entryOf(exchange: Exchange, origin: string): Entry | null {
  const request = requestOf(exchange)
  const answer = answerOf(exchange)
  const [first] = exchange.steps
  if (!request || !answer || !first) return null
  const milliseconds = (answer.micros ?? 0) / 1000
  return {
    startedDateTime: first.at,
    time: milliseconds,
    request: toHarRequest(request, origin),
    response: toHarResponse(answer),
    cache: {},
    timings: { send: -1, wait: milliseconds, receive: -1 },
    comment: exchange.steps.map(step => step.name).join(' → '),
  }
}

/** What the request and the answer of an entry have in common: nobody measures their sizes. */
const COMMON = { httpVersion: 'HTTP/1.1', cookies: [], headersSize: -1, bodySize: -1 }

const toPairs = (headers: readonly HeaderLine[]) =>
  headers.map(([name, value]) => ({ name, value }))

function toHarRequest({ method, target, headers, body }: Request, origin: string) {
  const url = new URL(target, origin)
  const posted =
    body === undefined
      ? {}
      : { postData: { mimeType: 'application/json', text: JSON.stringify(body) } }
  return {
    ...COMMON,
    method,
    url: url.href,
    headers: toPairs(headers),
    queryString: toPairs([...url.searchParams]),
    ...posted,
  }
}

function toHarResponse({ status, headers, body }: Answer) {
  const text = body === null ? '' : JSON.stringify(body)
  const mimeType = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
  return {
    ...COMMON,
    status,
    statusText: '',
    headers: toPairs(headers),
    content: { size: new TextEncoder().encode(text).length, mimeType, text },
    redirectURL: '',
  }
}
