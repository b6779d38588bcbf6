import { decodeJwt } from 'jose'
import type { App } from '../app.ts'
import { openSigned } from '../auth/jwt/check.ts'
import { deny, endFamily } from '../auth/refresh-token.ts'
import { cookie } from '../auth/token/carrier.ts'
import { open } from '../auth/token/open.ts'
import { standing } from '../auth/token/standing.ts'
import { toNumericDate } from '../clock.ts'
import type { Context } from '../context/context.ts'
import { unseal } from '../context/seal.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { hashSecret } from '../random.ts'
import { REMEMBERED_AFTERWARDS } from '../settings/settings.ts'

// What other services may ask of this server: whether a token is still good, and to end one.

const INACTIVE = { active: false }

/**
 * What a token is worth at this moment (RFC 7662): everything that is checked of a request that
 * brings it, revocation included. Of a token that is worth nothing only that is told.
 */
export async function introspect(c: Context<App>, token: string) {
  const opened = await open(forAnyService(c), token)
  if (!opened.ok) return (await introspectRefresh(c, token)) ?? INACTIVE
  const claims = opened.value
  const found = await standing(c, claims)
  if (!found.ok) return INACTIVE
  const account = await found.value.profile()
  return { active: true, token_type: 'Bearer', username: account?.email, ...claims }
}

/** The same request, to whichever service of ours the token is addressed. */
function forAnyService(c: Context<App>) {
  const { config } = c.app
  const audience = [config.audience, ...config.serviceAudiences]
  return { ...c, app: { ...c.app, config: { ...config, audience } } }
}

async function introspectRefresh(c: Context<App>, token: string) {
  const opened = await unseal(c, cookie, token)
  const state = opened && (await c.app.tokens.state(opened.sid, hashSecret(opened.secret)))
  if (!state || state.ended || state.place !== 'current') return null
  const account = await c.app.accounts.byId(state.userId)
  const end = Math.min(state.idleExpiresAt.getTime(), state.absoluteExpiresAt.getTime())
  if (!account || account.disabled || end <= c.app.clock.now().getTime()) return null
  return {
    active: true,
    token_type: 'refresh_token',
    sub: account.id,
    sid: opened.sid,
    exp: Math.floor(end / 1000),
  }
}

/**
 * Ends a token (RFC 7009): an access token by its `jti`, a refresh token with its whole family.
 * What was never ours is worth nothing as it is; what we signed is denied whatever the time is
 * here, so that it cannot become good later or elsewhere. Refused for a token that was issued with
 * revocation off, which nothing can end, and, for the time being, where the key it names is not
 * known.
 */
export async function revokeToken(
  c: Context<App>,
  clientId: string,
  token: string,
): Promise<Result<null>> {
  const ended = (outcome: string) => {
    c.audit('token.revoked', { outcome, client: clientId })
    return accept(null)
  }
  const opened = await unseal(c, cookie, token)
  if (opened) {
    const wasLive = await endFamily(c, opened.sid, 'revoked_by_client')
    return ended(wasLive ? 'family_ended' : 'nothing_to_end')
  }
  const signed = await openSigned(token, c.app.keys.anyKey)
  if (!signed.ok) return isLongOver(c, token) ? ended('nothing_to_end') : refuse('keys_unavailable')
  if (!signed.value) return ended('nothing_to_end')
  return (await deny(c, signed.value)) ? ended('token_denied') : refuse('revocation_off')
}

/**
 * Whether a token says of itself that no clock takes it for good any more: true of it, or it was
 * never signed.
 */
function isLongOver(c: Context<App>, token: string): boolean {
  const exp = readExp(token)
  return exp === null || exp < toNumericDate(c.app.clock.now()) - REMEMBERED_AFTERWARDS
}

function readExp(token: string): number | null {
  try {
    const { exp } = decodeJwt(token)
    return typeof exp === 'number' ? exp : null
  } catch {
    return null
  }
}
