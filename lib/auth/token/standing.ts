import type { Context, SignedIn } from '../../context/context.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import type { Standing } from '../../store/tokens.ts'
import type { Claims } from '../jwt/check.ts'
import type { Parts } from './issue.ts'

/**
 * Is it still good? Asked of the denylist, the family and the account, which can each end it before
 * its `exp`: one lookup, unless it was issued with revocation off.
 */
export async function standing(c: Context<Parts>, claims: Claims): Promise<Result<SignedIn>> {
  const { sub: userId, sid, jti, role, ver } = claims
  const who = {
    mode: 'token',
    userId,
    role,
    signInId: sid,
    tokenVersion: ver,
    record: null,
    expiresAt: new Date(claims.exp * 1000),
  } as const
  if (claims.revocation === 'none') {
    c.trace.tell('revocation.skipped', () => ({ jti, because: 'revocation_none' }))
    const kept = async () => (await c.app.tokens.standing(claims)).kept
    return accept({ ...who, profile: () => c.app.accounts.byId(userId), kept })
  }
  const found = await ask(c, claims)
  // The first use of what a refresh brought is noted before it is let in. Where that fails,
  // somebody has repeated the refresh, or was let in with it just now: what holds by then is asked
  // for.
  const isSettled = !found.isUnseen || (await confirm(c, claims))
  const { account, kept, verdict } = isSettled ? found : await ask(c, claims)
  if (verdict === 'clear')
    return accept({ ...who, profile: async () => account, kept: async () => kept })
  return refuse(verdict === 'denied' ? 'token.revoked' : `token.${verdict}`)
}

type Verdict = 'clear' | 'denied' | 'sign_in_ended' | 'superseded' | 'account_disabled'

/** What ends a token, if anything does: the first of these that is found. */
function judge(
  { account, tokenVersion, denied, signInEnded }: Standing,
  { role, ver }: Claims,
): Verdict {
  if (!account || account.disabled) return 'account_disabled'
  if (denied) return 'denied'
  if (signInEnded) return 'sign_in_ended'
  return ver === tokenVersion && role === account.role ? 'clear' : 'superseded'
}

async function ask(c: Context<Parts>, claims: Claims) {
  const since = c.trace.since()
  const found = await c.app.tokens.standing(claims)
  const verdict = judge(found, claims)
  c.trace.tell('revocation.checked', () => ({ jti: claims.jti, standing: verdict }), since)
  return { ...found, isUnseen: found.isUnseen && verdict === 'clear', verdict }
}

async function confirm(c: Context<Parts>, { sid, jti }: Claims): Promise<boolean> {
  const since = c.trace.since()
  const confirmed = await c.app.tokens.markUsed(sid, jti)
  if (confirmed) c.trace.tell('refresh.confirmed', () => ({ sid }), since)
  return confirmed
}
