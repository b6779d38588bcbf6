import { isWithin, plusSeconds, secondsBetween } from '../../clock.ts'
import type { Exchange, SignedIn } from '../../context/context.ts'
import { accept, type Refusal, type Result, refuse } from '../../http/result.ts'
import { createHandle, createSecret, hashSecret } from '../../random.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import type { AccountStanding } from '../../store/accounts.ts'
import type { FamilyState } from '../../store/tokens.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { ChangeAll, Issued } from '../mechanism.ts'
import { receiveRefresh, send } from './carrier.ts'
import { reissue } from './issue.ts'
import { endFamily } from './revoke.ts'

/**
 * How long after its use the previous refresh token is taken for a race between tabs, whoever has
 * used what.
 */
const RACE_SECONDS = 3
/** How long after its first use it may be repeated, while nobody has used what it brought. */
const REPEAT_SECONDS = 24 * 60 * 60
/**
 * A token is rotated, or repeated, or refused. What is found otherwise than it was read is read
 * again, so often at most.
 */
const ATTEMPTS = 3

/**
 * A new access token for the refresh token in the cookie, which is used up and replaced (RFC 9700,
 * 4.14.2). The family's absolute end stays. The one before it, repeated because its answer was
 * lost, is served too, while nothing of that answer was used. Any other was used by somebody who
 * has a copy, and the whole family ends.
 */
export async function refresh(x: Exchange): Promise<Result<Issued>> {
  const carried = await receiveRefresh(x)
  if (!carried.ok) return carried
  // Asked for before the old token is used up, as all that has to be known.
  await x.app.keys.signingKey(x.settings.algorithm)
  const { sid, secret } = carried.value
  const hash = hashSecret(secret)
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const state = await x.app.families.state(sid, hash)
    // Before the token is used up: what is changed after this reading supersedes what is signed
    // with it.
    const standing = state && (await x.app.accounts.standing(state.userId))
    if (!state || !standing) return refused(x, 'refresh.unknown')
    if (state.ended || standing.account.disabled) return refused(x, 'refresh.ended')
    const refusal = await refuseByPlace(x, sid, state)
    if (refusal) return refusal
    const issued = await exchange(x, { sid, hash, state, standing })
    if (issued) return accept(issued)
  }
  return refuse('refresh.raced', { retryAfterSeconds: RACE_SECONDS })
}

type Exchanged = { sid: string; hash: string; state: FamilyState; standing: AccountStanding }

/**
 * Why a token of this family is not exchanged now, or null. What only somebody with a copy can have
 * sent ends the family.
 */
async function refuseByPlace(
  x: Exchange,
  sid: string,
  state: FamilyState,
): Promise<Refusal | null> {
  const { place, isUsed, currentJti, rotatedAt, handedOutAt, absoluteExpiresAt, idleExpiresAt } =
    state
  const now = x.app.clock.now()
  if (absoluteExpiresAt <= now) return refused(x, 'refresh.expired')
  if (place === 'current') return idleExpiresAt <= now ? refused(x, 'refresh.expired') : null
  if (place === 'previous' && !rotatedAt) {
    await endFamily(x, sid, 'password_changed')
    return refused(x, 'refresh.password_changed')
  }
  if (place === 'previous' && rotatedAt) {
    const isRacing = handedOutAt && isWithin(RACE_SECONDS, handedOutAt, now)
    const rest = isRacing ? secondsBetween(now, plusSeconds(handedOutAt, RACE_SECONDS)) : 0
    if (rest > 0) {
      const retryAfterSeconds = Math.min(RACE_SECONDS, rest)
      x.trace.tell('refresh.raced', () => ({ withinSeconds: RACE_SECONDS }))
      return refuse('refresh.raced', { retryAfterSeconds })
    }
    const isInTime = idleExpiresAt > now && isWithin(REPEAT_SECONDS, rotatedAt, now)
    // Whoever is late has lost an answer too, and stolen nothing.
    if (!isUsed && currentJti !== null) return isInTime ? null : refused(x, 'refresh.expired')
  }
  x.trace.tell('refresh.reused', () => ({ sid }))
  await endFamily(x, sid, 'refresh_reused')
  return refuse('refresh.reused')
}

function refused(x: Exchange, reason: Refusal['reason']): Refusal {
  x.trace.tell('refresh.refused', () => ({ reason }))
  return refuse(reason)
}

/**
 * Uses a refresh token up, for the first time or again, and hands out the next. Null when it is not
 * what it was any more.
 */
async function exchange(
  x: Exchange,
  { sid, hash, state, standing }: Exchanged,
): Promise<Issued | null> {
  const { secret, ...next } = createSuccessor(x)
  const { families } = x.app
  const { absoluteExpiresAt, currentJti } = state
  const isFirst = state.place === 'current'
  const generation = isFirst ? state.generation + 1 : state.generation
  const idleExpiresAt = isFirst ? plusSeconds(next.now, LIFETIMES.refreshIdle) : state.idleExpiresAt
  const since = x.trace.since()
  const isDone = isFirst
    ? await families.rotate(sid, hash, next, idleExpiresAt)
    : await families.repeat(sid, hash, currentJti ?? '', next)
  if (!isDone) return null
  const told = () => tellRotation(hash, next.hash, generation, absoluteExpiresAt)
  x.trace.tell(isFirst ? 'refresh.rotated' : 'refresh.repeated', told, since)
  return hand(x, { sid, secret, jti: next.jti, absoluteExpiresAt, idleExpiresAt }, standing)
}

function createSuccessor(x: Exchange) {
  const secret = createSecret()
  return { secret, hash: hashSecret(secret), jti: createHandle(), now: x.app.clock.now() }
}

const tellRotation = (
  oldHash: string,
  hash: string,
  generation: number,
  absoluteExpiresAt: Date,
) => ({
  oldKey: fingerprint(oldHash),
  key: fingerprint(hash),
  generation,
  absoluteExpiresAt: absoluteExpiresAt.toISOString(),
})

type Handed = {
  sid: string
  secret: string | null
  jti: string
  absoluteExpiresAt: Date
  idleExpiresAt: Date
}

/**
 * Hands out what was made: the refresh token, where there is one, in its cookie; the access token
 * in the answer.
 */
async function hand(x: Exchange, handed: Handed, standing: AccountStanding): Promise<Issued> {
  const { sid, secret, jti, absoluteExpiresAt, idleExpiresAt } = handed
  const until = Math.min(idleExpiresAt.getTime(), absoluteExpiresAt.getTime())
  if (secret) await send(x, { sid, secret }, secondsBetween(x.app.clock.now(), new Date(until)))
  return reissue(x, { sid, jti, absoluteExpiresAt }, standing)
}

/**
 * A new refresh token with a change of password, so that a copy of the old one is worth nothing,
 * and a new access token, since the change ends every one there is.
 */
export async function renew(x: Exchange, who: SignedIn, change: ChangeAll): Promise<Issued | null> {
  const sid = who.signInId
  // Asked for before anything is changed, as all that has to be known.
  await x.app.keys.signingKey(x.settings.algorithm)
  const state = await x.app.families.state(sid, '')
  if (!state) return null
  const { secret, ...next } = createSuccessor(x)
  const idleExpiresAt = plusSeconds(next.now, LIFETIMES.refreshIdle)
  const since = x.trace.since()
  if (!(await change(version => x.app.families.renewing(sid, version, next, idleExpiresAt))))
    return null
  const standing = await x.app.accounts.standing(who.userId)
  if (!standing) return null
  const { generation, absoluteExpiresAt, currentHash } = state
  const told = (oldHash: string) => () =>
    tellRotation(oldHash, next.hash, generation + 1, absoluteExpiresAt)
  if (currentHash) x.trace.tell('refresh.rotated', told(currentHash), since)
  // Whoever has no refresh token, or keeps no cookies, is left with the access token.
  const handed = { sid, secret: currentHash && x.mayRenew ? secret : null, jti: next.jti }
  return hand(x, { ...handed, absoluteExpiresAt, idleExpiresAt }, standing)
}
