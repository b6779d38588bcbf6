import type { App } from '../app.ts'
import { sign, toTokenBody } from '../auth/jwt/sign.ts'
import type { SignedInContext } from '../context/context.ts'
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
export async function exchangeToken(c: SignedInContext<App>, audience: string) {
  if (!c.app.config.serviceAudiences.includes(audience)) return refuse('target_unknown')
  const account = await c.who.profile()
  if (!account || account.disabled || !c.who.tokenVersion) return refuse('token.account_disabled')
  const life = { seconds: SERVICE_TOKEN_SECONDS, notAfter: c.who.expiresAt }
  const wanted = { sid: c.who.signInId, jti: createHandle(), audience, ...life }
  // As the guard found it: what was superseded meanwhile must not be had anew by way of another
  // service.
  const signed = await sign(c, wanted, { account, tokenVersion: c.who.tokenVersion })
  const body = {
    ...toTokenBody(signed),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  c.audit('token.exchanged', { userId: c.who.userId, signInId: c.who.signInId, outcome: audience })
  return accept(body)
}
