import { sealData, unsealData } from 'iron-session'
import { z } from 'zod'
import type { Exchange } from '../../context/context.ts'
import { dropCookie, sendCookie } from '../../context/set-cookie.ts'
import { COOKIES, isSeal } from '../../http/cookies.ts'
import { accept, type Result, refuse } from '../../http/result.ts'
import { LIFETIMES } from '../../settings/settings.ts'
import { fingerprint } from '../../wire/redaction.ts'

/**
 * What is sealed: the session id, 256 bits, and the public name of its sign-in. The id is what
 * signs in; by the name a sign-in can be ended even when its id has just been replaced.
 */
const Sealed = z.object({ id: z.string().regex(/^[\w-]{43}$/), signInId: z.string() })
export type Sealed = z.infer<typeof Sealed>

/**
 * The session id this request carries. The seal proves that this server made it; only the record
 * says whether it is still good.
 */
export async function receive(x: Exchange): Promise<Result<Sealed>> {
  const seal = x.cookies.get(COOKIES.session)
  if (!seal) {
    x.trace.tell('cookie.missing', () => ({ cookie: COOKIES.session }))
    return refuse('session.missing')
  }
  x.trace.tell('cookie.received', () => ({ cookie: COOKIES.session, value: fingerprint(seal) }))
  const since = x.trace.since()
  const opened = { password: x.app.passwordsFor.session, ttl: LIFETIMES.sessionAbsolute }
  const sealed = Sealed.safeParse(
    isSeal(seal) ? await unsealData(seal, opened).catch(() => null) : null,
  )
  if (!sealed.success) {
    x.trace.tell('cookie.refused', () => ({ cookie: COOKIES.session }), since)
    return refuse('session.malformed')
  }
  x.trace.tell('cookie.unsealed', () => ({ sessionId: fingerprint(sealed.data.id) }), since)
  return accept(sealed.data)
}

/**
 * Hands the credential to the browser: iron-session's seal of the id, in a cookie no script can
 * read.
 */
export async function send(x: Exchange, sealed: Sealed, maxAgeSeconds: number): Promise<void> {
  const since = x.trace.since()
  const seal = await sealData(sealed, {
    password: x.app.passwordsFor.session,
    ttl: LIFETIMES.sessionAbsolute,
  })
  x.trace.tell(
    'cookie.sealed',
    () => ({ seal: fingerprint(seal), holds: 'a random id of 256 bits' }),
    since,
  )
  sendCookie(x, COOKIES.session, seal, maxAgeSeconds)
}

/** Tells the browser to let go of it, if it sent one. */
export function clear(x: Exchange): void {
  if (x.cookies.has(COOKIES.session)) dropCookie(x, COOKIES.session)
}
