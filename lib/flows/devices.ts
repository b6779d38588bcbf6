import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { accept, type Refusal, type Result, refuse } from '../http/result.ts'
import type { Mode } from '../settings/settings.ts'
import type { Kept } from '../store/sessions.ts'
import { keepKnown } from './known-browser.ts'

/** ASVS 5.0, 7.1.2: how many sign-ins one account may have at a time; the oldest makes room. */
const MAX_SIGN_INS = 10

type SignIn = {
  id: string
  mode: Mode
  userAgent: string
  address: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

/** The sign-ins of an account, of both kinds, newest first. */
async function signInsOf(x: Exchange, userId: string): Promise<SignIn[]> {
  const now = x.app.clock.now()
  const [sessions, families] = await Promise.all([
    x.app.sessions.listByUser(userId, now),
    x.app.families.listByUser(userId, now),
  ])
  return toSignIns(sessions, families).sort(newestFirst)
}

const newestFirst = (a: SignIn, b: SignIn) => b.createdAt.getTime() - a.createdAt.getTime()

type Limited = Omit<SignIn, 'id' | 'mode' | 'expiresAt'> & {
  idleExpiresAt: Date
  absoluteExpiresAt: Date
}

/** Sign-ins of both kinds as one. */
function toSignIns(
  sessions: (Limited & { handle: string })[],
  families: (Limited & { id: string })[],
): SignIn[] {
  const earlier = (a: Date, b: Date) => (a < b ? a : b)
  return [
    ...sessions.map(record => ({ ...record, id: record.handle, mode: 'session' as const })),
    ...families.map(family => ({ ...family, mode: 'token' as const })),
  ].map(
    ({ id, mode, userAgent, address, createdAt, lastSeenAt, idleExpiresAt, absoluteExpiresAt }) => {
      const expiresAt = earlier(idleExpiresAt, absoluteExpiresAt)
      return { id, mode, userAgent, address, createdAt, lastSeenAt, expiresAt }
    },
  )
}

/**
 * The devices page: what, where, since when. The names end a sign-in; none of them can be used to
 * sign in. `incomplete` says that a store which may forget has forgotten which others there are.
 */
export async function listDevices(x: Exchange, who: SignedIn) {
  const since = x.trace.since()
  const listed = await signInsOf(x, who.userId)
  // The one that asks is there, whatever has become of the list.
  const { record } = who
  const isComplete = record === null || listed.some(({ id }) => id === who.signInId)
  const signIns = isComplete ? listed : [...listed, ...toSignIns([record], [])].sort(newestFirst)
  x.trace.tell('devices.listed', () => ({ count: signIns.length }), since)
  const devices = signIns.map(({ createdAt, lastSeenAt, expiresAt, ...signIn }) => ({
    ...signIn,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    current: signIn.id === who.signInId,
  }))
  return { devices, ...(!isComplete && { incomplete: true }) }
}

/** How many of the sign-ins that were ended are told. */
const MOST_ENDED = 5

/**
 * Sign-ins with a token that somebody or something else ended, and why: reuse of a refresh token
 * means that there is a copy of it.
 */
export async function listEnded(x: Exchange, who: SignedIn) {
  const families = await x.app.families.listEnded(who.userId, MOST_ENDED)
  return families.map(({ id, userAgent, address, createdAt, endedAt, endReason }) => ({
    id,
    mode: 'token' as const,
    userAgent,
    address,
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    because: endReason,
  }))
}

/** Ends one sign-in of this account. False when it has none of that name. */
export async function endDevice(
  x: Exchange,
  userId: string,
  id: string,
  because: string,
): Promise<boolean> {
  const since = x.trace.since()
  const endedSession = await x.app.sessions.deleteByHandle(userId, id)
  const ended = endedSession || (await x.app.families.end(id, x.app.clock.now(), because, userId))
  if (!ended) return false
  x.trace.tell('devices.ended', () => ({ count: 1 }), since)
  x.app.audit('sign_in.ended', { ...inAudit(x, x.mode), userId, signInId: id, outcome: because })
  x.app.bus.tellSignInEnded(id, endedSession ? 'session' : 'token', because)
  return true
}

/**
 * Ends every sign-in of an account but the one of this request, where it is its own, also those
 * that are just being made or that their store would not list. Returns how many were listed.
 * Refused when the one to be kept was ended before.
 */
export async function endDevices(
  x: Exchange,
  who: SignedIn,
  userId: string,
  because: string,
): Promise<Result<number>> {
  const isOwn = userId === who.userId
  const others = await otherSignIns(x, userId, isOwn ? who.signInId : undefined)
  const kept: Kept | null = isOwn ? await who.kept() : null
  if (isOwn && !kept) return signInEnded(x)
  const before = isOwn ? await x.app.accounts.credentials({ id: userId }) : null
  // Nobody ends what is of another group than their own.
  const actor = await who.profile()
  const after = actor && (await x.app.accounts.endSignIns(userId, kept, actor.groupId))
  if (!after) return isOwn ? signInEnded(x) : refuse('not_found')
  if (before) await keepKnown(x, userId, before.signInVersion, after)
  return accept(await endEach(x, userId, others, because))
}

/** The sign-in of this request was good when it came in, and is not any more. */
export const signInEnded = (x: Exchange): Refusal =>
  refuse(x.mode === 'session' ? 'session.unknown' : 'token.sign_in_ended')

/**
 * The sign-ins of an account but `exceptId`. To be asked for before they end all at once:
 * afterwards they are not there any more.
 */
export async function otherSignIns(
  x: Exchange,
  userId: string,
  exceptId?: string,
): Promise<SignIn[]> {
  return (await signInsOf(x, userId)).filter(({ id }) => id !== exceptId)
}

/** Removes these sign-ins, and tells whoever uses them. Returns how many there were. */
export async function endEach(
  x: Exchange,
  userId: string,
  signIns: SignIn[],
  because: string,
): Promise<number> {
  const ended = await Promise.all(signIns.map(({ id }) => endDevice(x, userId, id, because)))
  return ended.filter(Boolean).length
}

/**
 * Keeps an account at its limit of sign-ins by ending the oldest. To be called after each sign-in,
 * which is the newest whatever the clocks say that made the others.
 */
export async function trimSignIns(x: Exchange, userId: string, newestId: string): Promise<void> {
  const oldest = (await otherSignIns(x, userId, newestId)).slice(MAX_SIGN_INS - 1)
  for (const { id } of oldest) await endDevice(x, userId, id, 'too_many_sign_ins')
  if (oldest.length > 0)
    x.trace.tell('sign_in.trimmed', () => ({ ended: oldest.length, limit: MAX_SIGN_INS }))
}
