import type { Mode } from '../../settings/settings.ts'
import { type HeaderLine, LANES, type Lane, type Step, type StepName } from '../steps.ts'

/** One request and everything it caused, put together from its steps in the order they happened. */
export type Exchange = {
  traceId: string
  steps: Step[]
  mode: Mode | null
  /** The instance that answered. */
  instance: string | null
  /** Made by a terminal that joined with the pairing code, not by this browser. */
  isTerminal: boolean
}

/**
 * Groups steps by request, oldest request first. Of those in `known` to which nothing came the very
 * same are returned.
 */
export function toExchanges(steps: readonly Step[], known: readonly Exchange[] = []): Exchange[] {
  const byTrace = new Map<string, Step[]>()
  // What the page itself tells of a request may be there before what the server told of older ones.
  for (const { lane, traceId } of steps) if (lane !== 'browser') byTrace.set(traceId, [])
  for (const step of steps) {
    const together = byTrace.get(step.traceId)
    if (together) together.push(step)
    else byTrace.set(step.traceId, [step])
  }
  const before = new Map(known.map(exchange => [exchange.traceId, exchange]))
  return [...byTrace].map(([traceId, unordered]) => {
    const same = before.get(traceId)
    if (same?.steps.length === unordered.length) return same
    const ordered = unordered.sort((a, b) => a.seq - b.seq)
    const received = find(ordered, 'request.received') ?? find(ordered, 'page.requested')
    const headers = received?.detail.headers ?? []
    return {
      traceId,
      steps: ordered,
      mode: find(ordered, 'mode.chosen')?.detail.mode ?? null,
      instance: received?.detail.instance ?? null,
      isTerminal: headers.some(([name]) => name === 'wire-channel'),
    }
  })
}

/** The last step of a name among some, or undefined. */
export function find<N extends StepName>(steps: readonly Step[], name: N): Step<N> | undefined {
  return steps.findLast(step => step.name === name) as Step<N> | undefined
}

/** What went wrong where, most exact first; then what was done, most telling first. */
const FAILURES: StepName[] = [
  'refresh.reused',
  'refresh.raced',
  'session.expired',
  'token.expired',
  'session.unknown',
  'token.refused',
  'password.refused',
  'input.refused',
]
const DEEDS: StepName[] = [
  'mode.left',
  'refresh.rotated',
  'session.renewed',
  'session.created',
  'token.signed',
  'session.deleted',
  'token.denied',
  'credential.kept',
  'note.written',
  'note.deleted',
  'account.changed',
  'page.redirected',
  'session.found',
  'token.verified',
]

/** The step to look at first: the one that decided how the exchange went. */
export function tellingStep({ steps }: Exchange): Step | undefined {
  const standing = find(steps, 'revocation.checked')
  if (standing && standing.detail.standing !== 'clear') return standing
  const first = (names: StepName[]) => names.map(name => find(steps, name)).find(Boolean)
  return first(FAILURES) ?? find(steps, 'access.refused') ?? first(DEEDS) ?? steps.at(-1)
}

/** The parts that took part, in the order they stand: a part nobody spoke to is not drawn. */
export function lanesOf(exchanges: readonly Exchange[]): Lane[] {
  const taken = new Set<Lane>(['browser', 'server'])
  for (const { steps } of exchanges) for (const { lane } of steps) taken.add(lane)
  return LANES.filter(lane => taken.has(lane))
}

export type Request = { method: string; target: string; headers: HeaderLine[]; body: unknown }
export type Answer = { status: number; headers: HeaderLine[]; body: unknown; micros: number | null }

/** The request as it was read: its line and headers, and the body with its secrets replaced. */
export function requestOf({ steps }: Exchange): Request | null {
  const received = find(steps, 'request.received') ?? find(steps, 'page.requested')
  if (!received) return null
  const { method, target, headers } = received.detail
  return { method, target, headers, body: find(steps, 'input.accepted')?.detail.body }
}

/** The answer as it was written. */
export function answerOf({ steps }: Exchange): Answer | null {
  const sent = find(steps, 'response.sent')
  return sent ? { ...sent.detail, micros: sent.durationMicros } : null
}
