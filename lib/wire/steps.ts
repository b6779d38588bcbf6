import type { Mode, Settings } from '../settings/settings.ts'
import type { Fingerprint, HeaderLine } from './redaction-format.ts'

/** The parts that can take part in an exchange, in the order they stand in the diagram. */
export const LANES = ['browser', 'proxy', 'server', 'store'] as const
export type Lane = (typeof LANES)[number]

/**
 * Every step there is, with what it tells. `lib/wire/step-map.ts` says where each happens and why.
 */
export type StepDetails = {
  'header.attached': { header: string; keptIn: string }
  'page.requested': { method: string; target: string; headers: HeaderLine[]; instance: string }
  'page.passed': { because: 'public' | 'credential_present' | 'page_decides' }
  'page.redirected': { to: string; because: 'credential_missing' }
  'request.received': { method: string; target: string; headers: HeaderLine[]; instance: string }
  'mode.chosen': {
    mode: Mode
    because: 'route' | 'header' | 'settings' | 'authorization' | 'default'
  }
  'origin.checked': {
    passed: boolean
    by: 'sec-fetch-site' | 'origin' | 'neither' | 'cors'
    value: string | null
  }
  'input.accepted': { body: unknown }
  'input.refused': { reason: string; errors: { path: string; code: string }[] }
  'attempt.counted': { counts: { per: string; failures: number; limit: number }[] }
  'account.looked_up': { email: string }
  'account.created': { email: string; role: string }
  'cast.created': { accounts: number }
  'cast.found': { accounts: number }
  'cast.reset': { signInsEnded: number }
  'password.hashed': { algorithm: string; cost: number }
  'password.verified': { algorithm: string; cost: number }
  'password.refused': { algorithm: string; cost: number }
  'reset_code.created': { userId: string; expiresAt: string }
  'reset_code.accepted': { expiresAt: string }
  'reset_code.refused': Record<string, never>
  'account.removed': { signInsEnded: number }
  'password.changed': { otherSignInsEnded: number }
  'session.created': {
    key: Fingerprint
    userId: string
    role: string
    idleExpiresAt: string
    absoluteExpiresAt: string
  }
  'cookie.sealed': { cookie: string; seal: Fingerprint; holds: string }
  'cookie.set': { cookie: string; attributes: string[]; value: Fingerprint }
  'cookie.cleared': { cookie: string; attributes: string[] }
  'cookie.received': { cookie: string; value: Fingerprint }
  'cookie.missing': { cookie: string }
  'cookie.unsealed': {
    cookie: string
    sessionId?: Fingerprint
    secret?: Fingerprint
  }
  'cookie.refused': { cookie: string }
  'session.found': {
    key: Fingerprint
    userId: string
    role: string
    idleExpiresAt: string
    absoluteExpiresAt: string
  }
  'session.unknown': { key: Fingerprint }
  'session.expired': { limit: 'idle' | 'absolute'; at: string }
  'session.touched': { idleExpiresAt: string }
  'session.renewed': {
    oldKey: Fingerprint
    key: Fingerprint
    because: 'refresh' | 'role' | 'password'
    idleExpiresAt: string
  }
  'session.deleted': { key: Fingerprint }
  'family.created': { sid: string; absoluteExpiresAt: string }
  'family.ended': { sid: string; because: string }
  'refresh.created': { key: Fingerprint; expiresAt: string }
  'refresh.received': { value: Fingerprint }
  'refresh.rotated': {
    oldKey: Fingerprint
    key: Fingerprint
    generation: number
    absoluteExpiresAt: string
  }
  'refresh.repeated': {
    oldKey: Fingerprint
    key: Fingerprint
    generation: number
    absoluteExpiresAt: string
  }
  'refresh.confirmed': { sid: string }
  'refresh.raced': { withinSeconds: number }
  'refresh.reused': { sid: string }
  'refresh.refused': { reason: string }
  'token.signed': {
    token: string
    header: Record<string, unknown>
    claims: Record<string, unknown>
  }
  'header.received': { scheme: string; token: string }
  'header.missing': { header: string }
  'token.verified': { algorithm: string; kid: string; claims: Record<string, unknown> }
  'token.expired': { exp: number; at: string }
  'token.refused': { reason: string; because: string | null }
  'revocation.checked': {
    jti: string
    standing: 'clear' | 'denied' | 'sign_in_ended' | 'superseded' | 'account_disabled'
  }
  'revocation.skipped': { jti: string; because: 'revocation_none' }
  'key.rotated': { algorithm: string; kid: string; signsFrom: string }
  'token.denied': { jti: string; until: string }
  'token.kept': { where: Settings['tokenStorage']; expiresAt: string }
  'token.dropped': { where: Settings['tokenStorage'] }
  'sign_in.trimmed': { ended: number; limit: number }
  'access.granted': { userId: string; role: string; mode: Mode }
  'access.refused': { code: string; reason: string; status: number }
  'notes.read': { count: number }
  'note.written': { id: string }
  'note.deleted': { id: string }
  'account.changed': { userId: string; changed: string[] }
  'devices.listed': { count: number }
  'devices.ended': { count: number }
  'settings.changed': { changed: string[] }
  'mode.left': { mode: Mode; credentialEnded: boolean }
  'credential.kept': { mode: Mode; value: Fingerprint }
  'credential.replayed': { mode: Mode; status: number }
  'response.sent': { status: number; headers: HeaderLine[]; body: unknown }
}

export type StepName = keyof StepDetails

/**
 * One thing that happened. `at` is ISO 8601, `durationMicros` how long the work took, or null where
 * nothing was measured.
 */
export type Step<N extends StepName = StepName> = {
  [K in N]: {
    id: string
    traceId: string
    seq: number
    at: string
    durationMicros: number | null
    lane: Lane
    name: K
    detail: StepDetails[K]
  }
}[N]
