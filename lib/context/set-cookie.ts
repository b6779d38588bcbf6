import { clearCookie, setCookie } from '../http/cookies.ts'
import { fingerprint } from '../wire/redaction.ts'
import type { Exchange } from './context.ts'

const attributesOf = (line: string) => line.split('; ').slice(1)

/** Sends a cookie with the answer, with every attribute that protects it. */
export function sendCookie(
  x: Exchange,
  cookie: string,
  value: string,
  maxAgeSeconds: number,
): void {
  const line = setCookie(cookie, value, maxAgeSeconds)
  x.outgoingCookies.push(line)
  x.trace.tell('cookie.set', () => ({
    cookie,
    attributes: attributesOf(line),
    value: fingerprint(value),
  }))
}

/**
 * Tells the browser to forget a cookie. Only done when its owner signs out: an answer that refuses
 * leaves cookies alone.
 */
export function dropCookie(x: Exchange, cookie: string): void {
  const line = clearCookie(cookie)
  x.outgoingCookies.push(line)
  x.trace.tell('cookie.cleared', () => ({ cookie, attributes: attributesOf(line) }))
}
