import { clearCookie, setCookie } from '../http/cookies.ts'
import { fingerprint } from '../wire/redaction.ts'
import type { Context } from './context.ts'

const attributesOf = (line: string) => line.split('; ').slice(1)

/** Sends a cookie with the answer, with every attribute that protects it. */
export function sendCookie(c: Context, cookie: string, value: string, maxAgeSeconds: number): void {
  const line = setCookie(cookie, value, maxAgeSeconds)
  c.cookiesOut.push(line)
  c.trace.tell('cookie.set', () => ({
    cookie,
    attributes: attributesOf(line),
    value: fingerprint(value),
  }))
}

/**
 * Tells the browser to forget a cookie. Only done when its owner signs out: an answer that refuses
 * leaves cookies alone.
 */
export function dropCookie(c: Context, cookie: string): void {
  const line = clearCookie(cookie)
  c.cookiesOut.push(line)
  c.trace.tell('cookie.cleared', () => ({ cookie, attributes: attributesOf(line) }))
}
