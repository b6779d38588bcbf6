import { sealData, unsealData } from 'iron-session'
import type { Exchange } from '../../exchange.ts'
import { COOKIES } from '../../http/cookies.ts'
import { dropCookie, sendCookie } from '../../http/set-cookie.ts'
import { accept, type Result, refuse } from '../../result.ts'
import { LIFETIMES } from '../../settings.ts'
import { fingerprint } from '../../wire/redaction.ts'

/** 256 bits, base64url. */
const SESSION_ID = /^[\w-]{43}$/

/** The session id this request carries. The seal proves that this server made it; only the record says whether it is still good. */
export async function receive(x: Exchange): Promise<Result<string>> {
  const seal = x.cookies.get(COOKIES.session)
  if (!seal) {
    x.trace.tell('cookie.missing', () => ({ cookie: COOKIES.session }))
    return refuse('session.missing')
  }
  x.trace.tell('cookie.received', () => ({ cookie: COOKIES.session, value: fingerprint(seal) }))
  const since = x.trace.since()
  const opened = { password: x.app.passwordsFor.session, ttl: LIFETIMES.sessionAbsolute }
  const { id } = await unsealData<{ id?: unknown }>(seal, opened).catch(() => ({ id: undefined }))
  if (typeof id !== 'string' || !SESSION_ID.test(id)) {
    x.trace.tell('cookie.refused', () => ({ cookie: COOKIES.session }), since)
    return refuse('session.malformed')
  }
  x.trace.tell('cookie.unsealed', () => ({ sessionId: fingerprint(id) }), since)
  return accept(id)
}

/** Hands the credential to the browser: iron-session's seal of the id, in a cookie no script can read. */
export async function send(x: Exchange, sessionId: string, maxAgeSeconds: number): Promise<void> {
  const since = x.trace.since()
  const seal = await sealData(
    { id: sessionId },
    { password: x.app.passwordsFor.session, ttl: LIFETIMES.sessionAbsolute },
  )
  x.trace.tell('cookie.sealed', () => ({ seal: fingerprint(seal), holds: 'a random id of 256 bits' }), since)
  sendCookie(x, COOKIES.session, seal, maxAgeSeconds)
}

/** Tells the browser to let go of it, if it sent one. */
export function clear(x: Exchange): void {
  if (x.cookies.has(COOKIES.session)) dropCookie(x, COOKIES.session)
}
