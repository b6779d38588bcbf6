import type { HeaderLine } from '../redaction-format.ts'
import { answerOf, type Exchange, requestOf } from './exchanges.ts'

const toPairs = (headers: readonly HeaderLine[]) =>
  headers.map(([name, value]) => ({ name, value }))

/** Exchanges as HAR 1.2, for any tool that reads it. Secrets are fingerprints here too. */
export function toHar(exchanges: readonly Exchange[], origin: string) {
  return {
    log: {
      version: '1.2',
      creator: { name: 'Authscope', version: '0.1.0' },
      entries: exchanges.flatMap(exchange => {
        const request = requestOf(exchange)
        const answer = answerOf(exchange)
        const [first] = exchange.steps
        if (!request || !answer || !first) return []
        const milliseconds = (answer.micros ?? 0) / 1000
        const url = new URL(request.target, origin)
        const posted =
          request.body === undefined
            ? {}
            : { postData: { mimeType: 'application/json', text: JSON.stringify(request.body) } }
        const content = answer.body === null ? '' : JSON.stringify(answer.body)
        const mimeType = answer.headers.find(([name]) => name === 'content-type')?.[1] ?? ''
        return [
          {
            startedDateTime: first.at,
            time: milliseconds,
            request: {
              method: request.method,
              url: url.href,
              httpVersion: 'HTTP/1.1',
              cookies: [],
              headers: toPairs(request.headers),
              queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
              headersSize: -1,
              bodySize: -1,
              ...posted,
            },
            response: {
              status: answer.status,
              statusText: '',
              httpVersion: 'HTTP/1.1',
              cookies: [],
              headers: toPairs(answer.headers),
              content: { size: new TextEncoder().encode(content).length, mimeType, text: content },
              redirectURL: '',
              headersSize: -1,
              bodySize: -1,
            },
            cache: {},
            timings: { send: -1, wait: milliseconds, receive: -1 },
            comment: exchange.steps.map(step => step.name).join(' → '),
          },
        ]
      }),
    },
  }
}
