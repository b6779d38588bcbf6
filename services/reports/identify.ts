import { checkAccessToken, readBearer } from '../../lib/auth/jwt/check.ts'
import type { Clock } from '../../lib/clock.ts'
import { accept, type Result, refuse } from '../../lib/http/result.ts'
import type { Algorithm, Role } from '../../lib/settings/settings.ts'
import type { Configuration } from './configuration.ts'
import type { Keys } from './keys.ts'

/** Whoever the issuer says is asking, for as long as the token says so. */
export type Bearer = { userId: string; role: Role; algorithm: Algorithm }

export type Judge = {
  configuration: Pick<Configuration, 'issuer' | 'audience'>
  clock: Clock
  keys: Keys
}

/**
 * Who this request comes from, by its token, the issuer's public keys and the time: nobody is asked
 * about this request. Without keys, or where a key may exist that could not be asked for, the
 * answer is 503, never a guess.
 */
export async function identify(header: string | null, judge: Judge): Promise<Result<Bearer>> {
  const { configuration, clock, keys } = judge
  const carried = readBearer(header)
  if (!carried.ok) return carried
  const unavailable = () =>
    refuse('keys_unavailable', { retryAfterSeconds: keys.retryAfterSeconds() })
  if (!(await keys.areReady())) return unavailable()
  const { issuer, audience } = configuration
  const pinned = { issuer, audience, now: clock.now(), findKey: keys.find }
  const checked = await checkAccessToken(carried.value, pinned)
  if (!checked.ok)
    return checked.reason === 'token.key_unknown' && keys.isBehind() ? unavailable() : checked
  // `revocation: 'none'` is accepted and means nothing: it tells the app not to ask its denylist,
  // and here there is none to ask. A token with it lives no longer here than one without, and only
  // the issuer, in demo mode, can have written it.
  const { sub: userId, role } = checked.value.claims
  return accept({ userId, role, algorithm: checked.value.header.alg })
}
