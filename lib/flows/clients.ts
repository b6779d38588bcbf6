import { createHash, timingSafeEqual } from 'node:crypto'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import type { Answer, Open } from '../api/endpoint.ts'
import { openSigned } from '../auth/jwt/check.ts'
import { openRefresh } from '../auth/token/carrier.ts'
import { deny, endFamily } from '../auth/token/revoke.ts'
import { checkStanding, checkToken } from '../auth/token/verify.ts'
import { toNumericDate } from '../clock.ts'
import { inAudit } from '../context/audit.ts'
import type { Exchange } from '../context/context.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import { hashSecret } from '../random.ts'
import { REMEMBERED_AFTERWARDS } from '../settings/lifetimes.ts'

// What other services may ask of this server, with credentials of their own: whether a token is
// still good, and to end one.

/**
 * `POST /api/token/introspect` and `/revoke`. The hint is taken and not needed: the two kinds of
 * token cannot be confused.
 */
const TokenForm = z.object({ token: z.string().min(1), token_type_hint: z.string().optional() })

/** The client whose Basic credentials came with the request (RFC 6749, 2.3.1), by its id. */
function authenticateClient(x: Exchange): Result<string> {
  const [id, secret] = readBasic(x.request.headers.get('authorization') ?? '')
  const expected = Object.hasOwn(x.app.config.clients, id) ? x.app.config.clients[id] : undefined
  // Compared by hash, so that neither length nor content shows in the time; an unknown id is
  // compared too.
  const isRight = timingSafeEqual(sha256(secret), sha256(expected ?? ''))
  if (isRight && expected) return accept(id)
  x.app.audit('client.refused', { ...inAudit(x, 'token'), outcome: 'client_unknown' })
  return refuse('client_unknown')
}

type FormOfToken = Open<z.infer<typeof TokenForm>>

/**
 * What both endpoints for other services have in common: a form with a token, from a client whose
 * credentials are right.
 */
export const forClients = (handle: (x: FormOfToken, client: string) => Answer) => ({
  mode: 'token' as const,
  checksOrigin: true,
  takesForm: true,
  input: TokenForm,
  async handle(x: FormOfToken): Answer {
    const client = authenticateClient(x)
    return client.ok ? handle(x, client.value) : client
  },
})

const sha256 = (text: string) => createHash('sha256').update(text).digest()

// Id and secret are form-encoded before they are joined.
function readBasic(header: string): [id: string, secret: string] {
  const encoded = /^basic +([\w+/-]+=*)$/i.exec(header)?.[1]
  const joined = encoded ? Buffer.from(encoded, 'base64').toString('utf8') : ''
  const at = joined.indexOf(':')
  if (at < 1) return ['', '']
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '))
    return [decode(joined.slice(0, at)), decode(joined.slice(at + 1))]
  } catch {
    return ['', '']
  }
}

const INACTIVE = { active: false }

/**
 * What a token is worth at this moment (RFC 7662): everything that is checked of a request that
 * brings it, revocation included. Of a token that is worth nothing only that is told.
 */
export async function introspect(x: Exchange, token: string) {
  const { audience, serviceAudiences } = x.app.config
  const checked = await checkToken(x, token, [audience, ...serviceAudiences])
  if (!checked.ok) return (await introspectRefresh(x, token)) ?? INACTIVE
  const { claims } = checked.value
  const standing = await checkStanding(x, claims)
  if (!standing.ok) return INACTIVE
  const account = await standing.value.profile()
  return { active: true, token_type: 'Bearer', username: account?.email, ...claims }
}

async function introspectRefresh(x: Exchange, token: string) {
  const opened = await openRefresh(x, token)
  const state =
    opened.ok && (await x.app.families.state(opened.value.sid, hashSecret(opened.value.secret)))
  if (!state || state.ended || state.place !== 'current') return null
  const account = await x.app.accounts.byId(state.userId)
  const end = Math.min(state.idleExpiresAt.getTime(), state.absoluteExpiresAt.getTime())
  if (!account || account.disabled || end <= x.app.clock.now().getTime()) return null
  return {
    active: true,
    token_type: 'refresh_token',
    sub: account.id,
    sid: opened.value.sid,
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
  x: Exchange,
  clientId: string,
  token: string,
): Promise<Result<null>> {
  const ended = (outcome: string) => {
    x.app.audit('token.revoked', { ...inAudit(x, 'token'), outcome, client: clientId })
    return accept(null)
  }
  const opened = await openRefresh(x, token)
  if (opened.ok) {
    const wasLive = await endFamily(x, opened.value.sid, 'revoked_by_client')
    return ended(wasLive ? 'family_ended' : 'nothing_to_end')
  }
  const signed = await openSigned(token, x.app.keys.anyKey)
  if (!signed.ok) return isLongOver(x, token) ? ended('nothing_to_end') : refuse('keys_unavailable')
  if (!signed.value) return ended('nothing_to_end')
  return (await deny(x, signed.value)) ? ended('token_denied') : refuse('revocation_off')
}

/**
 * Whether a token says of itself that no clock takes it for good any more: true of it, or it was
 * never signed.
 */
function isLongOver(x: Exchange, token: string): boolean {
  const exp = readExp(token)
  return exp === null || exp < toNumericDate(x.app.clock.now()) - REMEMBERED_AFTERWARDS
}

function readExp(token: string): number | null {
  try {
    const { exp } = decodeJwt(token)
    return typeof exp === 'number' ? exp : null
  } catch {
    return null
  }
}
