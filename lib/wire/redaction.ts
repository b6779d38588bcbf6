import { createHash } from 'node:crypto'
import { type Fingerprint, type HeaderLine, showFingerprint } from './steps.ts'

/**
 * First characters, length, and the first 8 hex digits of SHA-256. All secrets shown this way have
 * at least 128 random bits, and of a short one less is shown: what is left must be too much to
 * guess.
 */
export const fingerprint = (secret: string): Fingerprint => ({
  head: secret.slice(0, Math.min(12, Math.floor(secret.length / 4))),
  length: secret.length,
  hash: createHash('sha256').update(secret).digest('hex').slice(0, 8),
})

const shown = (secret: string): string =>
  secret === '' ? '' : showFingerprint(fingerprint(secret))

// Each may have been percent-encoded by whoever put it there. A JWT begins with the base64url of
// `{`, and no signature that counts is shorter than this.
const SEAL = /Fe26(?:\.|%2e)2(?:\*|%2a)[\w*~.%-]{16,}/gi
const JWT = /(e[yw][\w-]{10,}(?:\.|%2e)[\w-]{2,}(?:\.|%2e))([\w-]{16,}(?:(?:\.|%2e)[\w-]*)*)/gi
const CHANNEL = /\b[\w-]{8}\.[\w-]{22}\.[\w-]{22}\b/g
/** Parameters of a query or a form that carry a secret by their name. */
const PARAMETER = /([?&;\s](?:password|current|client_secret|refresh_token)=)[^&#;\s]+/gi

/**
 * A text with every secret in it that has a shape of its own as a fingerprint: seals, channels, a
 * JWT's signature.
 */
const withoutSecrets = (text: string): string =>
  text
    .replaceAll(PARAMETER, '$1•••')
    .replaceAll(SEAL, shown)
    .replaceAll(JWT, (_, signed: string, signature: string) => signed + shown(signature))
    .replaceAll(CHANNEL, shown)

/**
 * Characters of one text in a step, members of one list, and how deep a value may go: what is
 * buffered must stay small.
 */
const MAX_TEXT = 1024
const MAX_LIST = 100
const MAX_DEPTH = 12
/** Characters of a body that are kept on the wire. */
const MAX_BODY = 16 * 1024

const shorten = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length})`

function concealed(value: unknown, most: number, depth: number): unknown {
  if (typeof value === 'string') return shorten(withoutSecrets(value), most)
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) return '…'
  const each = (member: unknown) => concealed(member, most, depth + 1)
  if (Array.isArray(value))
    return value.slice(0, most === MAX_BODY ? undefined : MAX_LIST).map(each)
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      shorten(withoutSecrets(name), MAX_TEXT),
      each(member),
    ]),
  )
}

/**
 * What a step tells, as it may be kept and shown: the one place through which every step goes.
 * Whatever has the shape of a secret is a fingerprint wherever it stands, and what is long is cut.
 * A body has been cut as a whole.
 */
export const conceal = <T extends object>(detail: T): T =>
  Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name,
      concealed(value, name === 'body' ? MAX_BODY : MAX_TEXT, 0),
    ]),
  ) as T

/**
 * Headers as they are on the wire, with cookies and credentials of other schemes replaced: those
 * have no shape of their own.
 */
export function redactHeaders(headers: Headers): HeaderLine[] {
  return [...headers].map(([name, value]) => {
    if (name === 'cookie') return [name, value.split(';').map(redactPair).join('; ')]
    if (name === 'set-cookie') return [name, redactSetCookie(value)]
    if (name === 'authorization' || name === 'proxy-authorization')
      return [name, redactAuthorization(value)]
    return [name, value]
  })
}

// Of a bearer token the signature is replaced with all others; other schemes (Basic) carry
// passwords, of which not even a fingerprint is shown.
function redactAuthorization(value: string): string {
  if (/^bearer(\s|$)/i.test(value)) return value
  const scheme = /^([\w-]+)\s/.exec(value)?.[1]
  return scheme ? `${scheme} •••` : '•••'
}

function redactPair(pair: string): string {
  const at = pair.indexOf('=')
  return at < 0
    ? shown(pair.trim())
    : `${pair.slice(0, at).trim()}=${shown(pair.slice(at + 1).trim())}`
}

/** Name and attributes exact, value as a fingerprint. */
export function redactSetCookie(value: string): string {
  const [pair = '', ...attributes] = value.split(';')
  return [redactPair(pair), ...attributes].join(';')
}

/** A body as the wire shows it: whole, or its beginning where it is very long. */
export function shortenBody(body: unknown): unknown {
  const text = JSON.stringify(body) ?? ''
  return text.length <= MAX_BODY ? (body ?? null) : shorten(text, MAX_BODY)
}

const SECRET_MEMBERS = new Set(['password', 'current', 'next', 'code'])

/** A body with its secret members replaced: passwords never enter a step. */
export function redactBody(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, SECRET_MEMBERS.has(name) ? '•••' : value]),
  )
}
