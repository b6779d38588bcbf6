import { isWithin, MINUTE, SECOND } from '../../clock.ts'
import type { Exchange, SignedIn } from '../../context/context.ts'
import { isOwnPage } from '../../http/incoming.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { hashSecret } from '../../random.ts'
import { type SessionRecord, toVersioned } from '../../store/sessions.ts'
import { fingerprint } from '../../wire/redaction.ts'
import { receive } from './carrier.ts'
import { type Found, idleLimit, limitsOf, reissue } from './issue.ts'

/**
 * How long a use goes unwritten: a minute, so that reading does not mean writing, but never more
 * than a tenth of a short idle limit, so that using a session does keep it.
 */
const touchInterval = (record: SessionRecord): number =>
  Math.min(MINUTE, (record.idleSeconds * SECOND) / 10)

/**
 * The session this cookie stands for: unsealed, looked up by the hash of its id, inside both
 * limits, account in good standing (ASVS 5.0, 7.3). One lookup. The record decides, never the seal,
 * which stays intact long after the session has ended.
 */
export async function find(x: Exchange): Promise<Result<Found>> {
  const carried = await receive(x)
  if (!carried.ok) return carried
  const key = hashSecret(carried.value.id)

  const since = x.trace.since()
  const found = await x.app.sessions.find(key)
  const now = x.app.clock.now()
  const isSuperseded =
    found !== null && found.record.idHash !== key && !isJustRenewed(found.record, now)
  // For good: another clock might find that it was replaced a moment ago.
  if (isSuperseded) await x.app.sessions.forgetPrevious(key)
  if (!found || isSuperseded) {
    x.trace.tell('session.unknown', () => ({ key: fingerprint(key) }), since)
    return refuse('session.unknown')
  }
  const { record, account } = found
  const expired =
    record.absoluteExpiresAt <= now ? 'absolute' : record.idleExpiresAt <= now ? 'idle' : null
  if (expired) {
    await x.app.sessions.delete(record.idHash)
    const at = expired === 'idle' ? record.idleExpiresAt : record.absoluteExpiresAt
    x.trace.tell('session.expired', () => ({ limit: expired, at: at.toISOString() }), since)
    return refuse(`session.${expired}_expired`)
  }
  x.trace.tell(
    'session.found',
    () => ({ key: fingerprint(key), userId: account.id, role: account.role, ...limitsOf(record) }),
    since,
  )
  if (account.disabled) return refuse('session.account_disabled')
  return accept({ key: record.idHash, record, account })
}

/**
 * How long requests that were under way when a change of role gave the session a new id may still
 * come with the old one, in seconds.
 */
const UNDER_WAY = 10

const isJustRenewed = ({ renewedAt }: SessionRecord, now: Date): boolean =>
  renewedAt !== null && isWithin(UNDER_WAY, renewedAt, now)

/**
 * Who this request comes from. Moves the idle limit on. When the account's role is not the one the
 * id was issued for, a page of this browser's is given a new one (ASVS 5.0, 7.2.4); nobody else is,
 * since a copy of the cookie that asks first would have the id, and the owner none.
 */
export async function verify(x: Exchange): Promise<Result<SignedIn>> {
  const found = await find(x)
  if (!found.ok) return found
  const { key, record, account } = found.value
  const now = x.app.clock.now()
  const inDatabase = x.app.config.sessionStore === 'database'
  if (record.role !== account.role && x.mayRenew && isOwnPage(x.request.headers, x.cookies)) {
    // Of several requests at once one renews; the others were found under the old id just before,
    // and go on.
    await reissue(x, found.value, 'role')
  } else if (now.getTime() - record.lastSeenAt.getTime() >= touchInterval(record)) {
    const idleExpiresAt = idleLimit(now, record)
    const since = x.trace.since()
    await x.app.sessions.touch(key, { lastSeenAt: now, idleExpiresAt })
    x.trace.tell('session.touched', () => ({ idleExpiresAt: idleExpiresAt.toISOString() }), since)
  }
  return accept({
    mode: 'session',
    userId: account.id,
    role: account.role,
    signInId: record.handle,
    tokenVersion: null,
    record,
    expiresAt: record.idleExpiresAt,
    profile: async () => account,
    kept: async () => ({ ...toVersioned(record), row: inDatabase ? 'session' : 'elsewhere' }),
  })
}
