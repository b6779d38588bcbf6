import { type Clock, toNumericDate } from '../../clock.ts'
import type { Context, Known } from '../../context/context.ts'
import { accept, type Refusal, type Result, refuse } from '../../http/result.ts'
import {
  type Checked,
  type Claims,
  checkAccessToken,
  checkAgain,
  type Pinned,
} from '../jwt/check.ts'

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

/**
 * A signature is verified once: same bytes, same key, same answer. What may be otherwise at the
 * next request is judged at each: whether the key may be used, the time, and who has to be meant.
 */
async function checkOnce(
  accessToken: string,
  pinned: Pinned,
  knownTokens: Known<Checked>,
): Promise<Result<Checked & { known: boolean }>> {
  const found = knownTokens.get(accessToken)
  if (found && found.key === (await pinned.findKey(found.header.kid))) {
    const again = checkAgain(found.claims, pinned)
    return again.ok ? accept({ ...found, known: true }) : again
  }
  const checked = await checkAccessToken(accessToken, pinned)
  if (!checked.ok) return checked
  knownTokens.set(accessToken, checked.value)
  return accept({ ...checked.value, known: false })
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
