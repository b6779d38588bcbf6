import type { Mode } from '../../settings/settings.ts'
import { type HeaderLine, showFingerprint } from '../redaction-format.ts'
import { LANES, type Lane, type Step, type StepDetails, type StepName } from '../steps.ts'

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

const NOT_TO_COPY = new Set([
  'cookie',
  'host',
  'connection',
  'content-length',
  'accept-encoding',
  'user-agent',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
])

/** A secret as it is shown, with what it hangs on: a token is one word. */
const SHOWN = /[\w.*~-]*… \(\d+\) #[\da-f]{8}/g

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/**
 * The request as a command for a terminal. What page scripts must not see is not in it: a cookie is
 * taken from the jar that signing in with `curl -c cookies.txt` filled, a password is left to be
 * typed, and so is a token that this page does not hold. `pairingCode` makes the call appear on
 * this page.
 */
export function toCurl(request: Request, origin: string, pairingCode: string | null): string {
  const parts = [`curl -i -X ${request.method} ${quote(origin + request.target)}`]
  for (const [name, value] of request.headers) {
    if (
      NOT_TO_COPY.has(name) ||
      name.startsWith('sec-') ||
      name === 'origin' ||
      name === 'referer' ||
      name.startsWith('accept')
    )
      continue
    parts.push(`-H ${quote(`${name}: ${value.replaceAll(SHOWN, 'YOUR_TOKEN')}`)}`)
  }
  if (pairingCode && !request.headers.some(([name]) => name === 'wire-channel'))
    parts.push(`-H ${quote(`Wire-Channel: ${pairingCode}`)}`)
  if (request.headers.some(([name]) => name === 'cookie') || request.target.endsWith('/sign-in'))
    parts.push('-b cookies.txt -c cookies.txt')
  if (request.body !== undefined)
    parts.push(
      `--data ${quote(JSON.stringify(request.body).replaceAll('"•••"', '"YOUR PASSWORD"'))}`,
    )
  return parts.join(' \\\n  ')
}

export type Credentials = {
  session: { seal: string | null; idleExpiresAt: string; absoluteExpiresAt: string } | null
  token: {
    accessToken: string
    header: Record<string, unknown>
    claims: Record<string, unknown>
    expiresAt: string
  } | null
  refresh: { expiresAt: string } | null
}

/**
 * What the wire told of a token when it was signed, or null: known by how it is shown there, and
 * given back whole. Each tab keeps a token of its own, and all tabs see the same wire.
 */
export function tokenOf(
  exchanges: readonly Exchange[],
  { token, shown }: { token: string; shown: string },
): Credentials['token'] {
  for (const { steps } of exchanges.toReversed()) {
    const signed = find(steps, 'token.signed')
    if (signed?.detail.token === shown) return { ...toHeldToken(signed.detail), accessToken: token }
  }
  return null
}

/** What this browser holds now, as far as the wire has told: nothing is assumed. */
export function credentialsOf(exchanges: readonly Exchange[]): Credentials {
  const held: Credentials = { session: null, token: null, refresh: null }
  for (const { steps, isTerminal } of exchanges) {
    if (isTerminal) continue
    const seal =
      find(steps, 'cookie.sealed')?.detail.seal ?? find(steps, 'cookie.received')?.detail.value
    for (const step of steps) follow(held, step, seal ? showFingerprint(seal) : null)
    // A family without a refresh token is a row on the server, and nothing that this browser holds.
    const family = find(steps, 'family.created')
    if (family && find(steps, 'refresh.created'))
      held.refresh = { expiresAt: family.detail.absoluteExpiresAt }
  }
  return held
}

function toHeldToken({ token, header, claims }: StepDetails['token.signed']) {
  return {
    accessToken: token,
    header,
    claims,
    expiresAt: new Date(Number(claims.exp) * 1000).toISOString(),
  }
}

function follow(held: Credentials, step: Step, seal: string | null): void {
  switch (step.name) {
    case 'session.created':
    case 'session.found': {
      const { idleExpiresAt, absoluteExpiresAt } = step.detail
      held.session = { seal, idleExpiresAt, absoluteExpiresAt }
      return
    }
    case 'session.renewed':
    case 'session.touched':
      if (held.session)
        held.session = { ...held.session, seal, idleExpiresAt: step.detail.idleExpiresAt }
      return
    case 'session.deleted':
    case 'session.unknown':
    case 'session.expired':
      held.session = null
      return
    case 'token.signed':
      held.token = toHeldToken(step.detail)
      return
    case 'token.dropped':
      held.token = null
      return
    case 'refresh.rotated':
      held.refresh = { expiresAt: step.detail.absoluteExpiresAt }
      return
    case 'family.ended':
    case 'refresh.refused':
      held.refresh = null
      return
    default:
  }
}
