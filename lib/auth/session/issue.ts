import type { Account } from '../../accounts/account.ts'
import { plusSeconds, secondsBetween } from '../../clock.ts'
import type { Exchange } from '../../context/context.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { createHandle, createSecret, hashSecret } from '../../random.ts'
import type { SessionRecord } from '../../store/sessions.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { Issued } from '../mechanism.ts'
import { send } from './carrier.ts'

/** The idle limit as it moves with each use: never past the absolute one. */
export function idleLimit(
  now: Date,
  { idleSeconds, absoluteExpiresAt }: { idleSeconds: number; absoluteExpiresAt: Date },
): Date {
  return new Date(Math.min(plusSeconds(now, idleSeconds).getTime(), absoluteExpiresAt.getTime()))
}

/**
 * Begins a session: a new random id for the browser, a record under its hash for the server (ASVS
 * 5.0, 7.2.2 to 7.2.4). Always a new id, whatever cookie came with the request: one that was
 * planted is worth nothing afterwards.
 */
export async function issue(x: Exchange, account: Account, signInVersion: string): Promise<Issued> {
  const sessionId = createSecret()
  const now = x.app.clock.now()
  const { idleSeconds, absoluteSeconds } = x.settings
  const absoluteExpiresAt = plusSeconds(now, absoluteSeconds)
  const record = {
    idHash: hashSecret(sessionId),
    handle: createHandle(),
    userId: account.id,
    role: account.role,
    createdAt: now,
    lastSeenAt: now,
    idleSeconds,
    idleExpiresAt: idleLimit(now, { idleSeconds, absoluteExpiresAt }),
    absoluteExpiresAt,
    ...x.client,
    signInVersion,
    previousIdHash: null,
    renewedAt: null,
  }
  const since = x.trace.since()
  await x.app.sessions.create(record)
  x.trace.tell(
    'session.created',
    () => ({
      key: fingerprint(record.idHash),
      userId: account.id,
      role: account.role,
      ...limitsOf(record),
    }),
    since,
  )
  await send(x, { id: sessionId, signInId: record.handle }, absoluteSeconds)
  return { account, signInId: record.handle, body: limitsBody(record) }
}

/** A session as it was found: the key of its record, the record, and the account as it is now. */
export type Found = { key: string; record: SessionRecord; account: Account }

/**
 * Gives a session that goes on a new id: at refresh, after a change of password, when the role has
 * changed (ASVS 5.0, 7.2.4). Refused when the old id is gone by then: of two renewals at once, one
 * wins.
 */
export async function reissue(
  x: Exchange,
  found: Found,
  because: 'refresh' | 'role' | 'password',
): Promise<Result<Issued>> {
  const sessionId = createSecret()
  const now = x.app.clock.now()
  const next = {
    idHash: hashSecret(sessionId),
    role: found.account.role,
    lastSeenAt: now,
    idleExpiresAt: idleLimit(now, found.record),
    // Only a change of role comes unasked, in the middle of requests that know nothing of it: their
    // id stays good for a moment.
    ...(because === 'role'
      ? { previousIdHash: found.key, renewedAt: now }
      : { previousIdHash: null, renewedAt: null }),
  }
  const since = x.trace.since()
  if (!(await x.app.sessions.replaceId(found.key, next))) return refuse('session.renewed_elsewhere')
  x.trace.tell(
    'session.renewed',
    () => ({
      oldKey: fingerprint(found.key),
      key: fingerprint(next.idHash),
      because,
      idleExpiresAt: next.idleExpiresAt.toISOString(),
    }),
    since,
  )
  const record = { ...found.record, ...next }
  await send(
    x,
    { id: sessionId, signInId: record.handle },
    secondsBetween(now, record.absoluteExpiresAt),
  )
  return accept({ account: found.account, signInId: record.handle, body: limitsBody(record) })
}

type Limits = { idleExpiresAt: Date; absoluteExpiresAt: Date }

/** The two ends of a record, as steps tell them. */
export const limitsOf = ({ idleExpiresAt, absoluteExpiresAt }: Limits) => ({
  idleExpiresAt: idleExpiresAt.toISOString(),
  absoluteExpiresAt: absoluteExpiresAt.toISOString(),
})

const limitsBody = ({ idleExpiresAt, absoluteExpiresAt }: Limits) => ({
  expiresAt: absoluteExpiresAt.toISOString(),
  idleExpiresAt: idleExpiresAt.toISOString(),
})
