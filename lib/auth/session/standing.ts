import { type Account, type SessionRecord, toVersioned } from '../../accounts/account.ts'
import { isWithin, MINUTE, SECOND } from '../../clock.ts'
import type { Context, SignedIn } from '../../context/context.ts'
import { COOKIES, type Cookies } from '../../http/cookies.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { idleLimit, toLimits } from '../../store/sessions.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { OpenedId } from './carrier.ts'
import { type Parts, reissue } from './issue.ts'

/**
 * Is it still good? Looked up by the hash of its id, inside both limits, account in good standing
 * (ASVS 5.0, 7.3): one lookup, and the record decides. A use moves the idle limit on.
 */
export async function standing(
  c: Context<Parts>,
  { idHash: key }: OpenedId,
): Promise<Result<SignedIn>> {
  const { sessions, clock } = c.app
  const since = c.trace.since()
  const found = await sessions.find(key)
  const now = clock.now()
  const isSuperseded =
    found !== null && found.record.idHash !== key && !isJustRenewed(found.record, now)
  // For good: another clock might find that it was replaced a moment ago.
  if (isSuperseded) await sessions.forgetPrevious(key)
  if (!found || isSuperseded) {
    c.trace.tell('session.unknown', () => ({ key: fingerprint(key) }), since)
    return refuse('session.unknown')
  }
  const { record, account } = found
  const expired =
    record.absoluteExpiresAt <= now ? 'absolute' : record.idleExpiresAt <= now ? 'idle' : null
  if (expired) {
    await sessions.delete(record.idHash)
    const at = record[`${expired}ExpiresAt`].toISOString()
    c.trace.tell('session.expired', () => ({ limit: expired, at }), since)
    return refuse(`session.${expired}_expired`)
  }
  const { id: userId, role } = account
  c.trace.tell(
    'session.found',
    () => ({ key: fingerprint(key), userId, role, ...toLimits(record) }),
    since,
  )
  if (account.disabled) return refuse('session.account_disabled')

  const current = await goOn(c, record, account, now)
  return accept({
    mode: 'session',
    userId,
    role,
    signInId: record.handle,
    tokenVersion: null,
    record: current,
    expiresAt: record.idleExpiresAt,
    profile: async () => account,
    kept: async () => ({ ...toVersioned(record), row: sessions.row }),
  })
}

/**
 * How long requests that were under way when a change of role gave the session a new id may still
 * come with the old one, in seconds.
 */
const UNDER_WAY = 10

const isJustRenewed = ({ renewedAt }: SessionRecord, now: Date): boolean =>
  renewedAt !== null && isWithin(UNDER_WAY, renewedAt, now)

/**
 * How long a use goes unwritten: a minute, so that reading does not mean writing, but never more
 * than a tenth of a short idle limit, so that using a session does keep it.
 */
const touchInterval = ({ idleSeconds }: SessionRecord): number =>
  Math.min(MINUTE, (idleSeconds * SECOND) / 10)

/**
 * Notes the use. Where the account's role is not the one the id was issued for, a page of this
 * browser's is given a new id (ASVS 5.0, 7.2.4); nobody else is, since a copy of the cookie that
 * asks first would have the id, and the owner none. Returns the record as it is then.
 */
async function goOn(
  c: Context<Parts>,
  record: SessionRecord,
  account: Account,
  now: Date,
): Promise<SessionRecord> {
  if (record.role !== account.role && c.mayRenew && isOwnPage(c.request.headers, c.cookies)) {
    // Of several requests at once one renews; the others were found under the old id, and go on.
    const renewed = await reissue(c, { record, because: 'role' }, account)
    return renewed.ok ? renewed.value.record : record
  }
  if (now.getTime() - record.lastSeenAt.getTime() < touchInterval(record)) return record
  const idleExpiresAt = idleLimit(now, record)
  const since = c.trace.since()
  await c.app.sessions.touch(record.idHash, { lastSeenAt: now, idleExpiresAt })
  c.trace.tell('session.touched', () => ({ idleExpiresAt: idleExpiresAt.toISOString() }), since)
  return { ...record, lastSeenAt: now, idleExpiresAt }
}

/**
 * Whether a request looks like one of a page of ours in the browser whose cookies it brings: a
 * browser says where it comes from, and each page is given more cookies than the credential. A copy
 * of the credential alone comes without; who copies or makes up the rest is not told apart by this.
 */
const isOwnPage = (headers: Headers, cookies: Cookies): boolean =>
  headers.get('sec-fetch-site') === 'same-origin' &&
  (cookies.has(COOKIES.settings) || cookies.has(COOKIES.wire))
