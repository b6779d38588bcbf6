import type { Account } from '../../accounts/account.ts'
import { plusSeconds, SECOND, secondsBetween } from '../../clock.ts'
import type { Exchange } from '../../exchange.ts'
import { COOKIES } from '../../http/cookies.ts'
import { createSecret, hashSecret } from '../../random.ts'
import { accept, type Refusal, type Result, refuse } from '../../result.ts'
import { LIFETIMES } from '../../settings.ts'
import { fingerprint } from '../../wire/redaction.ts'
import type { Issued } from '../strategy.ts'
import { type RefreshToken, receiveRefresh, send } from './carrier.ts'
import { reissue } from './issue.ts'
import { endFamily } from './revoke.ts'

/** How long after its use the previous refresh token is taken for a race between tabs, not for a theft. */
const RACE_WINDOW_SECONDS = 10

/**
 * A new access token for the refresh token in the cookie, which is used up and replaced (RFC 9700, 4.14.2). The family's absolute end stays.
 * Used just before by another tab: 409, nothing is minted, cleared or ended. Used earlier: somebody has a copy, and the whole family ends.
 */
export async function refresh(x: Exchange): Promise<Result<Issued>> {
  const carried = await receiveRefresh(x)
  if (!carried.ok) return carried
  // Asked for before the old token is used up, as all that has to be known.
  await x.app.keys.signingKey(x.settings.algorithm)
  const rotated = await rotate(x, carried.value)
  if (!rotated.ok) return rotated
  const { account, absoluteExpiresAt } = rotated.value
  return accept(await reissue(x, { sid: carried.value.sid, absoluteExpiresAt }, account))
}

/**
 * A new refresh token after a change of password, so that a copy of the old one is worth nothing. The access token is left to expire:
 * its `sid`, which goes on, opens nothing.
 */
export async function renew(x: Exchange): Promise<void> {
  const carried = x.cookies.has(COOKIES.refresh) ? await receiveRefresh(x) : null
  if (carried?.ok) await rotate(x, carried.value)
}

/** Uses a refresh token up and hands out the next. */
async function rotate(
  x: Exchange,
  { sid, secret }: RefreshToken,
): Promise<Result<{ account: Account; absoluteExpiresAt: Date }>> {
  const oldHash = hashSecret(secret)
  const nextSecret = createSecret()
  const now = x.app.clock.now()

  // What has to be known is asked before the old token is used up: a store that goes away in between must not cost the sign-in.
  const family = await x.app.families.state(sid, oldHash)
  const account = family && (await x.app.accounts.byId(family.userId))
  if (account?.disabled) return refuse('refresh.ended')

  const since = x.trace.since()
  const next = { hash: hashSecret(nextSecret), now, idleExpiresAt: plusSeconds(now, LIFETIMES.refreshIdle) }
  const rotated = account && !family.ended && (await x.app.families.rotate(sid, oldHash, next))
  if (!rotated) return refuseRefresh(x, sid, oldHash)
  const { generation, absoluteExpiresAt } = family
  x.trace.tell(
    'refresh.rotated',
    () => ({
      oldKey: fingerprint(oldHash),
      key: fingerprint(next.hash),
      generation: generation + 1,
      absoluteExpiresAt: absoluteExpiresAt.toISOString(),
    }),
    since,
  )
  const until = Math.min(next.idleExpiresAt.getTime(), absoluteExpiresAt.getTime())
  await send(x, { sid, secret: nextSecret }, secondsBetween(now, new Date(until)))
  return accept({ account, absoluteExpiresAt })
}

async function refuseRefresh(x: Exchange, sid: string, hash: string): Promise<Refusal> {
  const state = await x.app.families.state(sid, hash)
  const now = x.app.clock.now()
  const refused = (reason: 'refresh.unknown' | 'refresh.ended' | 'refresh.expired') => {
    x.trace.tell('refresh.refused', () => ({ reason }))
    return refuse(reason)
  }
  if (!state) return refused('refresh.unknown')
  if (state.ended) return refused('refresh.ended')
  if (state.absoluteExpiresAt <= now || (state.isCurrent && state.idleExpiresAt <= now))
    return refused('refresh.expired')

  const usedAgo = state.previousUsedAt && now.getTime() - state.previousUsedAt.getTime()
  if (usedAgo !== null && usedAgo <= RACE_WINDOW_SECONDS * SECOND) {
    x.trace.tell('refresh.raced', () => ({ withinSeconds: RACE_WINDOW_SECONDS }))
    return refuse('refresh.raced')
  }
  x.trace.tell('refresh.reused', () => ({ sid }))
  await endFamily(x, sid, 'refresh_reused')
  return refuse('refresh.reused')
}
