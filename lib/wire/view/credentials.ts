import { type Fingerprint, type Step, type StepDetails, showFingerprint } from '../steps.ts'
import { type Exchange, find } from './exchanges.ts'

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
    const seal = sealOf(steps)
    for (const step of steps) follow(held, step, seal && showFingerprint(seal))
    // A family without a refresh token is a row on the server, and nothing that this browser holds.
    const family = find(steps, 'family.created')
    if (family && find(steps, 'refresh.created'))
      held.refresh = { expiresAt: family.detail.absoluteExpiresAt }
  }
  return held
}

/** The seal that the session cookie holds after these steps. The refresh cookie has one too. */
function sealOf(steps: readonly Step[]): Fingerprint | null {
  const isSession = ({ detail }: { detail: { cookie: string } }) =>
    detail.cookie.endsWith('session')
  const sealed = find(steps, 'cookie.sealed')
  if (sealed && isSession(sealed)) return sealed.detail.seal
  return find(steps, 'cookie.received')?.detail.value ?? null
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
