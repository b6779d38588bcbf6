import { sign, toTokenBody } from '../auth/token/issue.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange, SignedIn } from '../context/context.ts'
import { accept, refuse } from '../http/result.ts'
import { createHandle } from '../random.ts'

/**
 * A service that only knows the public keys cannot be told that a sign-in has ended: what it trusts
 * must be over soon.
 */
const SERVICE_TOKEN_SECONDS = 60

/**
 * An access token for another service, in exchange for the one of this request (RFC 8693, with JSON
 * in place of a form): the same person, sign-in and role, another audience. At most a minute of
 * life, and never longer than the token it was exchanged for.
 */
export async function exchangeToken(x: Exchange, who: SignedIn, audience: string) {
  if (!x.app.config.serviceAudiences.includes(audience)) return refuse('target_unknown')
  const account = await who.profile()
  if (!account || account.disabled || !who.tokenVersion) return refuse('token.account_disabled')
  const life = { seconds: SERVICE_TOKEN_SECONDS, notAfter: who.expiresAt }
  const wanted = { sid: who.signInId, jti: createHandle(), audience, ...life }
  // As the guard found it: what was superseded meanwhile must not be had anew by way of another
  // service.
  const signed = await sign(x, wanted, { account, tokenVersion: who.tokenVersion })
  const body = {
    ...toTokenBody(signed),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  x.app.audit('token.exchanged', {
    ...inAudit(x, 'token'),
    userId: who.userId,
    signInId: who.signInId,
    outcome: audience,
  })
  return accept(body)
}
