import type { AccountStanding } from '../../accounts/account.ts'
import { isWithin, plusSeconds, secondsBetween } from '../../clock.ts'
import type { Context, SignedInContext } from '../../context/context.ts'
import { accept, type Refusal, type Result, refuse } from '../../http/result.ts'
import { createHandle, createSecret, hashSecret } from '../../random.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import type { FamilyState } from '../../store/tokens.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { ChangeAll, Issued } from '../mechanism.ts'
import { endFamily, receiveRefreshToken } from '../refresh-token.ts'
import { send } from './carrier.ts'
import { type Parts, reissue } from './issue.ts'

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
 * How does it go on? With a new access token for the refresh token in the cookie, which is used up
 * and replaced (RFC 9700, 4.14.2). The family's absolute end stays. The one before it, repeated
 * because its answer was lost, is served too, while nothing of that answer was used. Any other was
 * used by somebody who has a copy, and the whole family ends.
 */
export async function refresh(c: Context<Parts>): Promise<Result<Issued>> {
  const carried = await receiveRefreshToken(c)
  if (!carried.ok) return carried
  // Asked for before the old token is used up, as all that has to be known.
  await c.app.keys.signingKey((await c.settings()).algorithm)
  const { sid, hash } = carried.value
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const state = await c.app.tokens.state(sid, hash)
    // Before the token is used up: what is changed after this reading supersedes what is signed
    // with it.
    const standing = state && (await c.app.accounts.standing(state.userId))
    if (!state || !standing) return refused(c, 'refresh.unknown')
    if (state.ended || standing.account.disabled) return refused(c, 'refresh.ended')
    const refusal = await detectReuse(c, sid, state)
    if (refusal) return refusal
    const issued = await exchange(c, { sid, hash, state, standing })
    if (issued) return accept(issued)
  }
  return refuse('refresh.raced', { retryAfterSeconds: RACE_SECONDS })
}

type Exchanged = { sid: string; hash: string; state: FamilyState; standing: AccountStanding }

/**
 * Why a token of this family is not exchanged now, or null. What only somebody with a copy can have
 * sent ends the family.
 */
async function detectReuse(
  c: Context<Parts>,
  sid: string,
  state: FamilyState,
): Promise<Refusal | null> {
  const { place, isUsed, currentJti, rotatedAt, handedOutAt, absoluteExpiresAt, idleExpiresAt } =
    state
  const now = c.app.clock.now()
  if (absoluteExpiresAt <= now) return refused(c, 'refresh.expired')
  if (place === 'current') return idleExpiresAt <= now ? refused(c, 'refresh.expired') : null
  if (place === 'previous' && !rotatedAt) {
    await endFamily(c, sid, 'password_changed')
    return refused(c, 'refresh.password_changed')
  }
  if (place === 'previous' && rotatedAt) {
    const isRacing = handedOutAt && isWithin(RACE_SECONDS, handedOutAt, now)
    const rest = isRacing ? secondsBetween(now, plusSeconds(handedOutAt, RACE_SECONDS)) : 0
    if (rest > 0) {
      const retryAfterSeconds = Math.min(RACE_SECONDS, rest)
      c.trace.tell('refresh.raced', () => ({ withinSeconds: RACE_SECONDS }))
      return refuse('refresh.raced', { retryAfterSeconds })
    }
    const isInTime = idleExpiresAt > now && isWithin(REPEAT_SECONDS, rotatedAt, now)
    // Whoever is late has lost an answer too, and stolen nothing.
    if (!isUsed && currentJti !== null) return isInTime ? null : refused(c, 'refresh.expired')
  }
  c.trace.tell('refresh.reused', () => ({ sid }))
  await endFamily(c, sid, 'refresh_reused')
  return refuse('refresh.reused')
}

function refused(c: Context<Parts>, reason: Refusal['reason']): Refusal {
  c.trace.tell('refresh.refused', () => ({ reason }))
  return refuse(reason)
}

/**
 * Uses a refresh token up, for the first time or again, and hands out the next. Null when it is not
 * what it was any more.
 */
async function exchange(
  c: Context<Parts>,
  { sid, hash, state, standing }: Exchanged,
): Promise<Issued | null> {
  const { secret, ...next } = createSuccessor(c)
  const { tokens } = c.app
  const { absoluteExpiresAt, currentJti } = state
  const isFirst = state.place === 'current'
  const generation = isFirst ? state.generation + 1 : state.generation
  const idleExpiresAt = isFirst ? plusSeconds(next.now, LIFETIMES.refreshIdle) : state.idleExpiresAt
  const since = c.trace.since()
  const isDone = isFirst
    ? await tokens.rotate(sid, hash, next, idleExpiresAt)
    : await tokens.repeat(sid, hash, currentJti ?? '', next)
  if (!isDone) return null
  const told = () => tellRotation(hash, next.hash, generation, absoluteExpiresAt)
  c.trace.tell(isFirst ? 'refresh.rotated' : 'refresh.repeated', told, since)
  return hand(c, { sid, secret, jti: next.jti, absoluteExpiresAt, idleExpiresAt }, standing)
}

function createSuccessor(c: Context<Parts>) {
  const secret = createSecret()
  return { secret, hash: hashSecret(secret), jti: createHandle(), now: c.app.clock.now() }
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
async function hand(c: Context<Parts>, handed: Handed, standing: AccountStanding): Promise<Issued> {
  const { sid, secret, jti, absoluteExpiresAt, idleExpiresAt } = handed
  const until = Math.min(idleExpiresAt.getTime(), absoluteExpiresAt.getTime())
  if (secret) await send(c, { sid, secret }, secondsBetween(c.app.clock.now(), new Date(until)))
  return reissue(c, { sid, jti, absoluteExpiresAt }, standing)
}

/**
 * Goes on with a new credential after a change that ends all others. A copy of the old refresh
 * token is worth nothing then, and there is a new access token, since the change ends every one.
 */
export async function renew(c: SignedInContext<Parts>, change: ChangeAll): Promise<Issued | null> {
  const { userId, signInId: sid } = c.who
  // Asked for before anything is changed, as all that has to be known.
  await c.app.keys.signingKey((await c.settings()).algorithm)
  const state = await c.app.tokens.state(sid, '')
  if (!state) return null
  const { secret, ...next } = createSuccessor(c)
  const idleExpiresAt = plusSeconds(next.now, LIFETIMES.refreshIdle)
  const since = c.trace.since()
  if (!(await change({ sid, next, idleExpiresAt }))) return null
  const standing = await c.app.accounts.standing(userId)
  if (!standing) return null
  const { generation, absoluteExpiresAt, currentHash } = state
  const told = (oldHash: string) => () =>
    tellRotation(oldHash, next.hash, generation + 1, absoluteExpiresAt)
  if (currentHash) c.trace.tell('refresh.rotated', told(currentHash), since)
  // Whoever has no refresh token, or keeps no cookies, is left with the access token.
  const handed = { sid, secret: currentHash && c.mayRenew ? secret : null, jti: next.jti }
  return hand(c, { ...handed, absoluteExpiresAt, idleExpiresAt }, standing)
}
