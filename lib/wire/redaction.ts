import { createHash } from 'node:crypto'
import { type Fingerprint, type HeaderLine, showFingerprint } from './redaction-format.ts'

/**
 * First characters, length, and the first 8 hex digits of SHA-256. All secrets shown this way have at least 128 random bits, and of
 * a short one less is shown: what is left must be too much to guess.
 */
export const fingerprint = (secret: string): Fingerprint => ({
  head: secret.slice(0, Math.min(12, Math.floor(secret.length / 4))),
  length: secret.length,
  hash: createHash('sha256').update(secret).digest('hex').slice(0, 8),
})

const shown = (secret: string): string => (secret === '' ? '' : showFingerprint(fingerprint(secret)))

/** Headers as they are on the wire, with the values that page scripts must not see replaced by fingerprints. */
export function redactHeaders(headers: Headers): HeaderLine[] {
  return [...headers].map(([name, value]) => {
    if (name === 'cookie') return [name, value.split(';').map(redactPair).join('; ')]
    if (name === 'set-cookie') return [name, redactSetCookie(value)]
    if (name === 'authorization' || name === 'proxy-authorization') return [name, redactAuthorization(value)]
    return [name, value]
  })
}

/** A text with every seal in it as a fingerprint, wherever somebody has put one: a terminal can send one anywhere. */
const withoutSeals = (text: string): string => text.replaceAll(/Fe26\.2\*[\w*~-]+/g, shown)

// The access token is shown whole, since the page holds it. Other schemes (Basic) carry passwords, of which not even a fingerprint is.
function redactAuthorization(value: string): string {
  if (/^bearer(\s|$)/i.test(value)) return withoutSeals(value)
  const scheme = /^([\w-]+)\s/.exec(value)?.[1]
  return scheme ? `${scheme} •••` : '•••'
}

function redactPair(pair: string): string {
  const at = pair.indexOf('=')
  return at < 0 ? shown(pair.trim()) : `${pair.slice(0, at).trim()}=${shown(pair.slice(at + 1).trim())}`
}

/** Name and attributes exact, value as a fingerprint. */
export function redactSetCookie(value: string): string {
  const [pair = '', ...attributes] = value.split(';')
  return [redactPair(pair), ...attributes].join(';')
}

/** Characters of a body that are kept on the wire: what is buffered for a reader must stay small. */
const MAX_BODY = 16 * 1024

/** A body as the wire shows it: whole, or its beginning where it is very long. */
export function shortenBody(body: unknown): unknown {
  const text = JSON.stringify(body) ?? ''
  return text.length <= MAX_BODY ? (body ?? null) : `${text.slice(0, MAX_BODY)}… (${text.length})`
}

const SECRET_MEMBERS = new Set(['password', 'current', 'next', 'code'])

const redactMember = (name: string, value: unknown): unknown =>
  SECRET_MEMBERS.has(name) ? '•••' : typeof value === 'string' ? withoutSeals(value) : value

/** A body with its secret members replaced: passwords never enter a step, a seal (a refresh token to be revoked) as a fingerprint. */
export function redactBody(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, redactMember(name, value)]))
}
