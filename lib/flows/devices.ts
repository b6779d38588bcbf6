import { type SignIn, toSignIn } from '../accounts/account.ts'
import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import type { Context, SignedInContext } from '../context/context.ts'
import { accept, type Refusal, type Result, refuse } from '../http/result.ts'
import { MODES } from '../settings/settings.ts'
import { keepKnown } from './known-browser.ts'

/** ASVS 5.0, 7.1.2: how many sign-ins an account may have at a time; the oldest makes room. */
const MAX_SIGN_INS = 10

/** The sign-ins of an account, of both kinds, newest first. */
async function signInsOf(c: Context<App>, userId: string): Promise<SignIn[]> {
  const lists = await Promise.all(MODES.map(mode => mechanisms[mode].list(c, userId)))
  return lists.flat().sort(newestFirst)
}

const newestFirst = (a: SignIn, b: SignIn) => b.createdAt.getTime() - a.createdAt.getTime()

/**
 * The devices page: what, where, since when. The names end a sign-in; none of them can be used to
 * sign in. `incomplete` says that a store which may forget has forgotten which others there are.
 */
export async function listDevices(c: SignedInContext<App>) {
  const { userId, signInId, record } = c.who
  const since = c.trace.since()
  const listed = await signInsOf(c, userId)
  // The one that asks is there, whatever has become of the list.
  const isComplete = record === null || listed.some(({ id }) => id === signInId)
  const signIns = isComplete
    ? listed
    : [...listed, toSignIn('session', signInId, record)].sort(newestFirst)
  c.trace.tell('devices.listed', () => ({ count: signIns.length }), since)
  const devices = signIns.map(({ createdAt, lastSeenAt, expiresAt, ...signIn }) => ({
    ...signIn,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    current: signIn.id === signInId,
  }))
  return { devices, ...(!isComplete && { incomplete: true }) }
}

/** How many of the sign-ins that were ended are told. */
const MOST_ENDED = 5

/**
 * Sign-ins with a token that somebody or something else ended, and why: reuse of a refresh token
 * means that there is a copy of it.
 */
export async function listEnded(c: SignedInContext<App>) {
  const families = await c.app.tokens.listEnded(c.who.userId, MOST_ENDED)
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
  c: Context<App>,
  userId: string,
  id: string,
  because: string,
): Promise<boolean> {
  const since = c.trace.since()
  for (const mode of MODES) {
    if (!(await mechanisms[mode].end(c, userId, id, because))) continue
    c.trace.tell('devices.ended', () => ({ count: 1 }), since)
    c.audit('sign_in.ended', { userId, signInId: id, outcome: because })
    c.app.bus.tellSignInEnded(id, mode, because)
    return true
  }
  return false
}

/**
 * Ends every sign-in of an account but the one of this request, where it is its own, also those
 * that are just being made or that their store would not list. Returns how many were listed.
 * Refused when the one to be kept was ended before.
 */
export async function endDevices(
  c: SignedInContext<App>,
  userId: string,
  because: string,
): Promise<Result<number>> {
  const { who } = c
  const isOwn = userId === who.userId
  const others = await otherSignIns(c, userId, isOwn ? who.signInId : undefined)
  const kept = isOwn ? await who.kept() : null
  if (isOwn && !kept) return signInEnded(c)
  const before = isOwn ? await c.app.accounts.credentials({ id: userId }) : null
  // Nobody ends what is of another group than their own.
  const actor = await who.profile()
  const after = actor && (await c.app.accounts.endSignIns(userId, kept, actor.groupId))
  if (!after) return isOwn ? signInEnded(c) : refuse('not_found')
  if (before) await keepKnown(c, userId, before.signInVersion, after)
  return accept(await endEach(c, userId, others, because))
}

/** The sign-in of this request was good when it came in, and is not any more. */
export const signInEnded = (c: Context): Refusal =>
  refuse(c.mode === 'session' ? 'session.unknown' : 'token.sign_in_ended')

/**
 * The sign-ins of an account but `exceptId`. To be asked for before they end all at once:
 * afterwards they are not there any more.
 */
export async function otherSignIns(
  c: Context<App>,
  userId: string,
  exceptId?: string,
): Promise<SignIn[]> {
  return (await signInsOf(c, userId)).filter(({ id }) => id !== exceptId)
}

/** Removes these sign-ins, and tells whoever uses them. Returns how many there were. */
export async function endEach(
  c: Context<App>,
  userId: string,
  signIns: SignIn[],
  because: string,
): Promise<number> {
  const ended = await Promise.all(signIns.map(({ id }) => endDevice(c, userId, id, because)))
  return ended.filter(Boolean).length
}

/**
 * Keeps an account at its limit of sign-ins by ending the oldest. To be called after each sign-in,
 * which is the newest whatever the clocks say that made the others.
 */
export async function trimSignIns(
  c: Context<App>,
  userId: string,
  newestId: string,
): Promise<void> {
  const oldest = (await otherSignIns(c, userId, newestId)).slice(MAX_SIGN_INS - 1)
  for (const { id } of oldest) await endDevice(c, userId, id, 'too_many_sign_ins')
  const ended = oldest.length
  if (ended > 0) c.trace.tell('sign_in.trimmed', () => ({ ended, limit: MAX_SIGN_INS }))
}
