import type { Lane, Step } from '@/lib/wire/steps'
import { answerOf, type Exchange, requestOf } from '@/lib/wire/view/exchanges'

/**
 * One row of the diagram: something that goes from one part to another, or something that one part
 * does.
 */
export type Row = {
  step: Step
  from: Lane
  /** The same as `from` for work that stays where it is. */
  to: Lane
  label: string
  tone: 'plain' | 'bad'
}

const BAD = new Set<Step['name']>([
  'access.refused',
  'cookie.refused',
  'input.refused',
  'password.refused',
  'refresh.refused',
  'refresh.reused',
  'session.expired',
  'session.unknown',
  'token.expired',
  'token.refused',
])

/** The rows of one exchange, from the steps that were recorded and nothing else. */
export function toRows(exchange: Exchange): Row[] {
  return exchange.steps.map(step => ({
    step,
    ...place(step, exchange),
    tone: isBad(step) ? 'bad' : 'plain',
  }))
}

function isBad(step: Step): boolean {
  if (step.name === 'response.sent') return step.detail.status >= 400
  if (step.name === 'revocation.checked') return step.detail.standing !== 'clear'
  return BAD.has(step.name)
}

function place(step: Step, exchange: Exchange): { from: Lane; to: Lane; label: string } {
  switch (step.name) {
    case 'request.received':
      return { from: 'browser', to: 'server', label: requestLabel(exchange) }
    case 'page.requested':
      return { from: 'browser', to: 'proxy', label: `${step.detail.method} ${step.detail.target}` }
    case 'page.redirected':
      return { from: 'proxy', to: 'browser', label: `303 → ${step.detail.to}` }
    case 'response.sent':
      return { from: 'server', to: 'browser', label: answerLabel(exchange) }
    default:
      return {
        from: step.lane === 'store' ? 'server' : step.lane,
        to: step.lane,
        label: labelOf(step),
      }
  }
}

const CREDENTIALS = [
  ['authorization', 'Authorization'],
  ['cookie', '__Host-session'],
] as const

/** Method, path, and the credential that came along in it. */
function requestLabel(exchange: Exchange): string {
  const request = requestOf(exchange)
  if (!request) return ''
  const carried = CREDENTIALS.filter(([header, mark]) =>
    request.headers.some(
      ([name, value]) => name === header && (name !== 'cookie' || value.includes(`${mark}=`)),
    ),
  ).map(([header]) => (header === 'cookie' ? 'Cookie' : 'Authorization'))
  return [`${request.method} ${request.target}`, ...carried].join(' · ')
}

function answerLabel(exchange: Exchange): string {
  const answer = answerOf(exchange)
  if (!answer) return ''
  const set = answer.headers
    .filter(([name]) => name === 'set-cookie')
    .map(([, value]) => value.split('=')[0])
  const brings =
    typeof answer.body === 'object' && answer.body !== null && 'access_token' in answer.body
      ? ['access_token']
      : []
  return [String(answer.status), ...brings, ...set.map(name => `Set-Cookie: ${name}`)].join(' · ')
}

/** Said of an answer that was not worked out again. */
const KNOWN = ' · known from before'

/** The step's name, and the one thing of its detail that matters most at a glance. */
function labelOf(step: Step): string {
  switch (step.name) {
    case 'mode.chosen':
      return `${step.name} · ${step.detail.mode}`
    case 'cookie.unsealed':
      return `${step.name}${step.detail.known ? KNOWN : ''}`
    case 'token.verified':
      return `${step.name} · ${step.detail.algorithm}${step.detail.known ? KNOWN : ''}`
    case 'revocation.checked':
      return `${step.name} · ${step.detail.standing}`
    case 'access.granted':
      return `${step.name} · ${step.detail.role}`
    case 'access.refused':
      return `${step.name} · ${step.detail.reason}`
    case 'token.refused':
      return `${step.name} · ${step.detail.reason}`
    case 'session.expired':
      return `${step.name} · ${step.detail.limit}`
    case 'attempt.counted':
      return `${step.name} · ${showNearest(step.detail.counts)}`
    case 'credential.replayed':
      return `${step.name} · ${step.detail.status}`
    default:
      return step.name
  }
}

/** How many have failed, of the limit that is nearest: `3/10`. */
function showNearest(counts: { failures: number; limit: number }[]): string {
  const nearest = counts.toSorted((a, b) => b.failures / b.limit - a.failures / a.limit)[0]
  return nearest ? `${nearest.failures}/${nearest.limit}` : ''
}

/** Time as a person reads it: `86 µs`, `1.9 ms`, `310 ms`. */
export function showMicros(micros: number | null): string {
  if (micros === null) return ''
  if (micros < 1000) return `${micros} µs`
  return micros < 10_000 ? `${(micros / 1000).toFixed(1)} ms` : `${Math.round(micros / 1000)} ms`
}
