import type { Mode, Settings } from '../settings/settings.ts'

// What is shown of secrets, without the means to make it: this file also runs in the browser.

/** What is shown of a secret: enough to recognise it again, too little to use it. */
export type Fingerprint = { head: string; length: number; hash: string }

/** `Fe26.2*1*9f3c… (312) #a41e07b2` */
export const showFingerprint = ({ head, length, hash }: Fingerprint): string =>
  `${head}… (${length}) #${hash}`

export type HeaderLine = [name: string, value: string]

/** The parts that can take part in an exchange, in the order they stand in the diagram. */
export const LANES = ['browser', 'proxy', 'server', 'store'] as const
export type Lane = (typeof LANES)[number]

/** What is known of a step before it happens. `detail` is a type alone, and never has a value. */
type Known<Detail> = { lane: Lane; source: string; detail?: Detail }

/** A step that tells a `Detail`, the part that does it, and the file that does it. */
const step = <Detail>(lane: Lane, source: string): Known<Detail> => ({ lane, source })

type RequestHead = { method: string; target: string; headers: HeaderLine[]; instance: string }
type Hashing = { algorithm: string; cost: number }
type SessionRecord = {
  key: Fingerprint
  userId: string
  role: string
  idleExpiresAt: string
  absoluteExpiresAt: string
}
type Rotation = {
  oldKey: Fingerprint
  key: Fingerprint
  generation: number
  absoluteExpiresAt: string
}

/**
 * Every step there is. A test opens each file and holds it to naming its steps; another holds the
 * message files of both languages to explaining each of them.
 */
export const STEPS = {
  'header.attached': step<{ header: string; keptIn: string }>('browser', 'lib/client/api.ts'),
  'page.requested': step<RequestHead>('proxy', 'proxy.ts'),
  'page.passed': step<{
    because: 'public' | 'credential_present' | 'page_decides'
  }>('proxy', 'proxy.ts'),
  'page.redirected': step<{ to: string; because: 'credential_missing' }>('proxy', 'proxy.ts'),

  'request.received': step<RequestHead>('server', 'lib/api/pipeline.ts'),
  'mode.chosen': step<{
    mode: Mode
    because: 'route' | 'header' | 'settings' | 'authorization' | 'default'
  }>('server', 'lib/api/mode.ts'),
  'origin.checked': step<{
    passed: boolean
    by: 'sec-fetch-site' | 'origin' | 'neither' | 'cors'
    value: string | null
  }>('server', 'lib/api/origin.ts'),
  'input.accepted': step<{ body: unknown }>('server', 'lib/api/input.ts'),
  'input.refused': step<{
    reason: string
    errors: { path: string; code: string }[]
  }>('server', 'lib/api/input.ts'),
  'attempt.counted': step<{
    counts: { per: string; failures: number; limit: number }[]
  }>('store', 'lib/auth/throttle.ts'),

  'account.looked_up': step<{ email: string }>('store', 'lib/flows/sign-in.ts'),
  'account.created': step<{ email: string; role: string }>('store', 'lib/flows/sign-up.ts'),
  'cast.created': step<{ accounts: number }>('store', 'lib/flows/cast.ts'),
  'cast.found': step<{ accounts: number }>('store', 'lib/flows/cast.ts'),
  'cast.reset': step<{ signInsEnded: number }>('store', 'lib/flows/cast.ts'),
  'password.hashed': step<Hashing>('server', 'lib/flows/passwords.ts'),
  'password.verified': step<Hashing>('server', 'lib/flows/passwords.ts'),
  'password.refused': step<Hashing>('server', 'lib/flows/passwords.ts'),
  'reset_code.created': step<{
    userId: string
    expiresAt: string
  }>('store', 'lib/flows/reset-password.ts'),
  'reset_code.accepted': step<{ expiresAt: string }>('server', 'lib/flows/reset-password.ts'),
  'reset_code.refused': step<Record<string, never>>('server', 'lib/flows/reset-password.ts'),
  'account.removed': step<{ signInsEnded: number }>('store', 'lib/flows/leave.ts'),
  'password.changed': step<{ otherSignInsEnded: number }>('store', 'lib/flows/password-change.ts'),

  'session.created': step<SessionRecord>('store', 'lib/auth/session/issue.ts'),
  'cookie.sealed': step<{
    cookie: string
    seal: Fingerprint
    holds: string
  }>('server', 'lib/context/seal.ts'),
  'cookie.set': step<{
    cookie: string
    attributes: string[]
    value: Fingerprint
  }>('server', 'lib/context/set-cookie.ts'),
  'cookie.cleared': step<{
    cookie: string
    attributes: string[]
  }>('server', 'lib/context/set-cookie.ts'),
  'cookie.received': step<{
    cookie: string
    value: Fingerprint
  }>('server', 'lib/auth/session/carrier.ts'),
  'cookie.missing': step<{ cookie: string }>('server', 'lib/auth/session/carrier.ts'),
  'cookie.unsealed': step<{
    cookie: string
    sessionId?: Fingerprint
    secret?: Fingerprint
    known: boolean
  }>('server', 'lib/context/seal.ts'),
  'cookie.refused': step<{ cookie: string }>('server', 'lib/context/seal.ts'),
  'session.found': step<SessionRecord>('store', 'lib/auth/session/standing.ts'),
  'session.unknown': step<{ key: Fingerprint }>('store', 'lib/auth/session/standing.ts'),
  'session.expired': step<{
    limit: 'idle' | 'absolute'
    at: string
  }>('store', 'lib/auth/session/standing.ts'),
  'session.touched': step<{ idleExpiresAt: string }>('store', 'lib/auth/session/standing.ts'),
  'session.renewed': step<{
    oldKey: Fingerprint
    key: Fingerprint
    because: 'refresh' | 'role' | 'password'
    idleExpiresAt: string
  }>('store', 'lib/auth/session/issue.ts'),
  'session.deleted': step<{ key: Fingerprint }>('store', 'lib/auth/session/revoke.ts'),

  'family.created': step<{
    sid: string
    absoluteExpiresAt: string
  }>('store', 'lib/auth/token/issue.ts'),
  'family.ended': step<{ sid: string; because: string }>('store', 'lib/auth/refresh-token.ts'),
  'refresh.created': step<{
    key: Fingerprint
    expiresAt: string
  }>('store', 'lib/auth/token/issue.ts'),
  'refresh.received': step<{ value: Fingerprint }>('server', 'lib/auth/refresh-token.ts'),
  'refresh.rotated': step<Rotation>('store', 'lib/auth/token/refresh.ts'),
  'refresh.repeated': step<Rotation>('store', 'lib/auth/token/refresh.ts'),
  'refresh.confirmed': step<{ sid: string }>('store', 'lib/auth/token/standing.ts'),
  'refresh.raced': step<{ withinSeconds: number }>('store', 'lib/auth/token/refresh.ts'),
  'refresh.reused': step<{ sid: string }>('store', 'lib/auth/token/refresh.ts'),
  'refresh.refused': step<{ reason: string }>('store', 'lib/auth/token/refresh.ts'),

  'token.signed': step<{
    token: string
    header: Record<string, unknown>
    claims: Record<string, unknown>
  }>('server', 'lib/auth/jwt/sign.ts'),
  'header.received': step<{ scheme: string; token: string }>('server', 'lib/auth/token/carrier.ts'),
  'header.missing': step<{ header: string }>('server', 'lib/auth/token/carrier.ts'),
  'token.verified': step<{
    algorithm: string
    kid: string
    claims: Record<string, unknown>
    known: boolean
  }>('server', 'lib/auth/token/open.ts'),
  'token.expired': step<{ exp: number; at: string }>('server', 'lib/auth/token/open.ts'),
  'token.refused': step<{
    reason: string
    because: string | null
  }>('server', 'lib/auth/token/open.ts'),
  'revocation.checked': step<{
    jti: string
    standing: 'clear' | 'denied' | 'sign_in_ended' | 'superseded' | 'account_disabled'
  }>('store', 'lib/auth/token/standing.ts'),
  'revocation.skipped': step<{
    jti: string
    because: 'revocation_none'
  }>('server', 'lib/auth/token/standing.ts'),
  'key.rotated': step<{
    algorithm: string
    kid: string
    signsFrom: string
  }>('store', 'lib/flows/rotation.ts'),
  'token.denied': step<{ jti: string; until: string }>('store', 'lib/auth/refresh-token.ts'),
  'token.kept': step<{
    where: Settings['tokenStorage']
    expiresAt: string
  }>('browser', 'lib/client/token-keeper.ts'),
  'token.dropped': step<{
    where: Settings['tokenStorage']
  }>('browser', 'lib/client/token-keeper.ts'),
  'sign_in.trimmed': step<{ ended: number; limit: number }>('store', 'lib/flows/devices.ts'),

  'access.granted': step<{
    userId: string
    role: string
    mode: Mode
  }>('server', 'lib/auth/guard.ts'),
  'access.refused': step<{
    code: string
    reason: string
    status: number
  }>('server', 'lib/api/pipeline.ts'),

  'notes.read': step<{ count: number }>('store', 'lib/store/notes.ts'),
  'note.written': step<{ id: string }>('store', 'lib/store/notes.ts'),
  'note.deleted': step<{ id: string }>('store', 'lib/store/notes.ts'),

  'account.changed': step<{
    userId: string
    changed: string[]
  }>('store', 'lib/flows/administration.ts'),
  'devices.listed': step<{ count: number }>('store', 'lib/flows/devices.ts'),
  'devices.ended': step<{ count: number }>('store', 'lib/flows/devices.ts'),
  'settings.changed': step<{ changed: string[] }>('server', 'lib/flows/settings.ts'),
  'mode.left': step<{ mode: Mode; credentialEnded: boolean }>('server', 'lib/flows/settings.ts'),
  'credential.kept': step<{ mode: Mode; value: Fingerprint }>('server', 'lib/flows/replay.ts'),
  'credential.replayed': step<{ mode: Mode; status: number }>('server', 'lib/flows/replay.ts'),
  'response.sent': step<{
    status: number
    headers: HeaderLine[]
    body: unknown
  }>('server', 'lib/api/pipeline.ts'),
}

export type StepName = keyof typeof STEPS

/** What each step tells. */
export type StepDetails = { [N in StepName]: NonNullable<(typeof STEPS)[N]['detail']> }

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
