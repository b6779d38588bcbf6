import type { Account, SessionRecord } from '../../accounts/account.ts'
import { type Clock, plusSeconds, secondsBetween } from '../../clock.ts'
import type { Context } from '../../context/context.ts'
import type { SealParts } from '../../context/seal.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { createHandle, createSecret, hashSecret } from '../../random.ts'
import { idleLimit, type SessionStore, toLimits } from '../../store/sessions.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { Issued } from '../mechanism.ts'
import { send } from './carrier.ts'

/** What of the app a session touches. */
export type Parts = SealParts<'session'> & { clock: Clock; sessions: SessionStore }

/**
 * How does it begin? With a new random id for the browser and a record under its hash for the
 * server (ASVS 5.0, 7.2.2 to 7.2.4), whatever cookie came with the request: one that was planted is
 * worth nothing afterwards.
 */
export async function issue(
  c: Context<Parts>,
  account: Account,
  signInVersion: string,
): Promise<Issued> {
  const id = createSecret()
  const now = c.app.clock.now()
  const { idleSeconds, absoluteSeconds } = await c.settings()
  const absoluteExpiresAt = plusSeconds(now, absoluteSeconds)
  const { id: userId, role } = account
  const record = {
    idHash: hashSecret(id),
    handle: createHandle(),
    userId,
    role,
    createdAt: now,
    lastSeenAt: now,
    idleSeconds,
    idleExpiresAt: idleLimit(now, { idleSeconds, absoluteExpiresAt }),
    absoluteExpiresAt,
    ...c.client,
    signInVersion,
    previousIdHash: null,
    renewedAt: null,
  }
  const since = c.trace.since()
  await c.app.sessions.create(record)
  c.trace.tell(
    'session.created',
    () => ({ key: fingerprint(record.idHash), userId, role, ...toLimits(record) }),
    since,
  )
  await send(c, { id, signInId: record.handle }, absoluteSeconds)
  return { account, signInId: record.handle, body: toBody(record) }
}

/** What a renewal of the id begins with. */
type Renewed = { record: SessionRecord; because: 'refresh' | 'role' | 'password' }

/**
 * Makes the next credential of a sign-in that goes on. That is a new id: at refresh, after a change
 * of password, when the role has changed (ASVS 5.0, 7.2.4). Refused when the old id is gone: of two
 * renewals at once, one wins.
 */
export async function reissue(
  c: Context<Parts>,
  { record, because }: Renewed,
  account: Account,
): Promise<Result<Issued & { record: SessionRecord }>> {
  const { sessions, clock } = c.app
  const id = createSecret()
  const now = clock.now()
  // Only a change of role comes unasked, in the middle of requests that know nothing of it: their
  // id stays good for a moment.
  const isUnasked = because === 'role'
  const next = {
    idHash: hashSecret(id),
    role: account.role,
    lastSeenAt: now,
    idleExpiresAt: idleLimit(now, record),
    previousIdHash: isUnasked ? record.idHash : null,
    renewedAt: isUnasked ? now : null,
  }
  const since = c.trace.since()
  if (!(await sessions.replaceId(record.idHash, next))) return refuse('session.renewed_elsewhere')
  c.trace.tell(
    'session.renewed',
    () => ({
      oldKey: fingerprint(record.idHash),
      key: fingerprint(next.idHash),
      because,
      idleExpiresAt: next.idleExpiresAt.toISOString(),
    }),
    since,
  )
  const signInId = record.handle
  await send(c, { id, signInId }, secondsBetween(now, record.absoluteExpiresAt))
  const current = { ...record, ...next }
  return accept({ account, signInId, body: toBody(current), record: current })
}

const toBody = ({ idleExpiresAt, absoluteExpiresAt }: SessionRecord) => ({
  expiresAt: absoluteExpiresAt.toISOString(),
  idleExpiresAt: idleExpiresAt.toISOString(),
})
