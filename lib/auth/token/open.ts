import { type Clock, toNumericDate } from '../../clock.ts'
import type { Context } from '../../context/context.ts'
import type { Known } from '../../context/known.ts'
import { accept, type Refusal, type Result, refuse } from '../../http/result.ts'
import type { Checked, Claims, Pinned } from '../jwt/check.ts'
import { checkOnce } from '../jwt/known.ts'

type Parts = {
  clock: Clock
  keys: { verificationKey: Pinned['findKey']; known: Known<Checked> }
  config: Pick<Pinned, 'issuer' | 'audience'> & { demo: boolean }
}

/**
 * Did this server make it? The signature proves that, and the claims say until when and for whom.
 * Nothing is asked of the store: only that knows whether the token is still good.
 */
export async function open(c: Context<Parts>, accessToken: string): Promise<Result<Claims>> {
  const since = c.trace.since()
  const { clock, keys, config } = c.app
  const { issuer, audience, demo } = config
  const pinned = { issuer, audience, now: clock.now(), findKey: keys.verificationKey }
  const checked = await checkOnce(accessToken, pinned, keys.known)
  if (!checked.ok) return tellRefusal(c, checked, since)
  const { header, claims, known } = checked.value
  // Outside demo mode no token is issued with revocation off.
  if (claims.revocation === 'none' && !demo)
    return tellRefusal(c, refuse('token.claims_refused', { because: 'revocation' }), since)
  const { alg: algorithm, kid } = header
  c.trace.tell('token.verified', () => ({ algorithm, kid, claims, known }), since)
  return accept(claims)
}

function tellRefusal(c: Context, refusal: Refusal, since: number): Refusal {
  const { reason, because = null, expiredAt } = refusal
  if (expiredAt)
    c.trace.tell(
      'token.expired',
      () => ({ exp: toNumericDate(expiredAt), at: expiredAt.toISOString() }),
      since,
    )
  else c.trace.tell('token.refused', () => ({ reason, because }), since)
  return refusal
}
