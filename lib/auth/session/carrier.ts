import { z } from 'zod'
import type { Context } from '../../context/context.ts'
import { type SealedCredential, type SealParts, sendCredential } from '../../context/seal.ts'
import { dropCookie } from '../../context/set-cookie.ts'
import { COOKIES } from '../../http/cookies.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import { fingerprint } from '../../wire/redaction.ts'

/**
 * What the session cookie holds: the session id, 256 bits, and the public name of its sign-in. The
 * id is what signs in; by the name a sign-in can be ended even when its id has just been replaced.
 */
const SessionId = z.object({ id: z.string().regex(/^[\w-]{43}$/), signInId: z.string() })
export type SessionId = z.infer<typeof SessionId>

/** What the server goes on with: the hash of the id, which is all a lookup wants. */
export type OpenedId = { idHash: string; signInId: string }

/** What the browser keeps, as it is sealed into its cookie. */
export const cookie: SealedCredential<SessionId, 'session', OpenedId> = {
  name: COOKIES.session,
  purpose: 'session',
  seconds: LIFETIMES.sessionAbsolute,
  holds: SessionId,
  malformed: 'session.malformed',
  toldSealed: 'a random id of 256 bits',
  secret: { member: 'id', toldAs: 'sessionId', hashedAs: 'idHash' },
}

/**
 * Where does it travel? In a cookie, which the browser sends by itself. Returns the seal as it
 * came.
 */
export function receive(c: Context): Result<string> {
  const seal = c.cookies.get(cookie.name)
  if (!seal) {
    c.trace.tell('cookie.missing', () => ({ cookie: cookie.name }))
    return refuse('session.missing')
  }
  c.trace.tell('cookie.received', () => ({ cookie: cookie.name, value: fingerprint(seal) }))
  return accept(seal)
}

/** Hands the browser what it keeps. That is the sealed id, in a cookie no script can read. */
export async function send(
  c: Context<SealParts<'session'>>,
  sessionId: SessionId,
  maxAgeSeconds: number,
): Promise<void> {
  await sendCredential(c, cookie, sessionId, maxAgeSeconds)
}

/** Tells the browser to let go of it, if it sent one. */
export function clear(c: Context): void {
  if (c.cookies.has(cookie.name)) dropCookie(c, cookie.name)
}
