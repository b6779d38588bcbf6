import { sealData, unsealData } from 'iron-session'
import { z } from 'zod'
import type { Exchange } from '../../context/context.ts'
import { dropCookie, sendCookie } from '../../context/set-cookie.ts'
import { readBearer } from '../../http/bearer.ts'
import { COOKIES, isSeal } from '../../http/cookies.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import { fingerprint } from '../../wire/redaction.ts'

/**
 * The access token this request carries: in the Authorization header alone, never in the address or
 * the body (RFC 6750, 2.2 and 2.3).
 */
export async function receive(x: Exchange): Promise<Result<string>> {
  const carried = readBearer(x.request.headers.get('authorization'))
  if (carried.ok)
    x.trace.tell('header.received', () => ({ scheme: 'Bearer', token: carried.value }))
  else if (carried.reason === 'token.missing')
    x.trace.tell('header.missing', () => ({ header: 'Authorization: Bearer' }))
  return carried
}

/**
 * A refresh token: a secret of 256 random bits, and the family it belongs to. Sealed, so that
 * nobody can make one up.
 */
const RefreshToken = z.object({ sid: z.string(), secret: z.string().regex(/^[\w-]{43}$/) })
export type RefreshToken = z.infer<typeof RefreshToken>

/** The refresh token this request carries. */
export async function receiveRefresh(x: Exchange): Promise<Result<RefreshToken>> {
  const seal = x.cookies.get(COOKIES.refresh)
  if (!seal) return refuse('refresh.missing')
  x.trace.tell('refresh.received', () => ({ value: fingerprint(seal) }))
  return openRefresh(x, seal)
}

/**
 * What is in the seal of a refresh token. Whatever opens was handed out by this server at some
 * time.
 */
export async function openRefresh(x: Exchange, seal: string): Promise<Result<RefreshToken>> {
  const options = { password: x.app.passwordsFor.refresh, ttl: LIFETIMES.refreshAbsolute }
  const opened = RefreshToken.safeParse(
    isSeal(seal) ? await unsealData(seal, options).catch(() => null) : null,
  )
  return opened.success ? accept(opened.data) : refuse('refresh.unknown')
}

/** Hands the refresh token to the browser. The access token goes in the body: the page keeps it. */
export async function send(
  x: Exchange,
  refreshToken: RefreshToken,
  maxAgeSeconds: number,
): Promise<void> {
  const seal = await sealData(refreshToken, {
    password: x.app.passwordsFor.refresh,
    ttl: LIFETIMES.refreshAbsolute,
  })
  sendCookie(x, COOKIES.refresh, seal, maxAgeSeconds)
}

/** Tells the browser to let go of it, if it sent one. The access token is the page's to drop. */
export function clear(x: Exchange): void {
  if (x.cookies.has(COOKIES.refresh)) dropCookie(x, COOKIES.refresh)
}
