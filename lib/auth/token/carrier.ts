import { z } from 'zod'
import type { Context } from '../../context/context.ts'
import { type SealedCredential, type SealParts, sendCredential } from '../../context/seal.ts'
import { dropCookie } from '../../context/set-cookie.ts'
import { COOKIES } from '../../http/cookies.ts'
import type { Result } from '../../http/result.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import { readBearer } from '../jwt/check.ts'

/**
 * What the refresh cookie holds: a secret of 256 random bits, and the family it belongs to. Sealed,
 * so that nobody can make one up.
 */
const RefreshToken = z.object({ sid: z.string(), secret: z.string().regex(/^[\w-]{43}$/) })
export type RefreshToken = z.infer<typeof RefreshToken>

/** What the server goes on with: the hash of the secret, which is all a lookup wants. */
export type OpenedRefreshToken = { sid: string; hash: string }

/**
 * What the browser keeps, as it is sealed into its cookie. The access token is in no cookie.
 */
export const cookie: SealedCredential<RefreshToken, 'refresh', OpenedRefreshToken> = {
  name: COOKIES.refresh,
  purpose: 'refresh',
  seconds: LIFETIMES.refreshAbsolute,
  holds: RefreshToken,
  malformed: 'refresh.unknown',
  toldSealed: 'a random secret of 256 bits, and the family it belongs to',
  secret: { member: 'secret', toldAs: 'secret', hashedAs: 'hash' },
}

/**
 * Where does it travel? In the Authorization header alone, put there by code; never in the address
 * or the body (RFC 6750, 2.2 and 2.3). Returns the access token as it came.
 */
export function receive(c: Context): Result<string> {
  const carried = readBearer(c.request.headers.get('authorization'))
  if (carried.ok)
    c.trace.tell('header.received', () => ({ scheme: 'Bearer', token: carried.value }))
  else if (carried.reason === 'token.missing')
    c.trace.tell('header.missing', () => ({ header: 'Authorization: Bearer' }))
  return carried
}

/**
 * Hands the browser what it keeps. That is the refresh token; the access token goes in the body,
 * for the page.
 */
export async function send(
  c: Context<SealParts<'refresh'>>,
  refreshToken: RefreshToken,
  maxAgeSeconds: number,
): Promise<void> {
  await sendCredential(c, cookie, refreshToken, maxAgeSeconds)
}

/** Tells the browser to let go of it, if it sent one. The access token is the page's to drop. */
export function clear(c: Context): void {
  if (c.cookies.has(cookie.name)) dropCookie(c, cookie.name)
}
