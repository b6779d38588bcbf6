import { decode, encode } from 'jose/base64url'

export type Members = Record<string, unknown>
export type JsonPart = 'header' | 'claims'

/** Why a part cannot be read, at the first thing that is wrong with it. */
export type Unreadable = 'missing' | 'not_base64url' | 'not_text' | 'not_json' | 'not_object'

/**
 * One part of a compact JWS as far as it can be read: `text` is what it decodes to, `members` what
 * that says.
 */
export type ReadPart = {
  encoded: string
  text: string | null
  members: Members | null
  problem: Unreadable | null
}

/** Everything of a token that can be read, whether the token is any good or not. */
export type Reading = {
  token: string
  header: ReadPart
  claims: ReadPart
  signature: { encoded: string; bytes: number | null }
  /** How many parts there are; a compact JWS has three (RFC 7515, section 7.1). */
  parts: number
  sizeBytes: number
}

/**
 * The token in what somebody pasted: without the name of the header, the scheme and the space
 * around it.
 */
export const tokenIn = (pasted: string): string =>
  pasted
    .trim()
    .replace(/^authorization:\s*/i, '')
    .replace(/^bearer\s+/i, '')

/**
 * Reads a token as far as that is possible: no part is given up because of another. Never throws,
 * and says nothing about trust.
 */
export function readToken(token: string): Reading {
  const parts = token.split('.')
  const [header = '', claims = '', signature = ''] = parts
  return {
    token,
    header: readPart(header),
    claims: readPart(claims),
    signature: { encoded: signature, bytes: toBytes(signature)?.length ?? null },
    parts: parts.length,
    sizeBytes: new TextEncoder().encode(token).length,
  }
}

function readPart(encoded: string): ReadPart {
  const unreadable = (problem: Unreadable, text: string | null = null) => ({
    encoded,
    text,
    members: null,
    problem,
  })
  if (encoded === '') return unreadable('missing')
  const bytes = toBytes(encoded)
  if (!bytes) return unreadable('not_base64url')
  const text = toText(bytes)
  if (text === null) return unreadable('not_text')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return unreadable('not_object', text)
    return { encoded, text, members: value as Members, problem: null }
  } catch {
    return unreadable('not_json', text)
  }
}

// Whatever spelling it has: the other alphabet, padding and space are read too. The checks are what
// insists on one spelling.
function toBytes(encoded: string): Uint8Array | null {
  try {
    return decode(
      encoded.replace(/\s/g, '').replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
    )
  } catch {
    return null
  }
}

function toText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * The token with other text in one part: exactly the bytes of the text, be it JSON or not. The
 * signature stays what it was.
 */
export function withText({ token }: Reading, part: JsonPart, text: string): string {
  const [header = '', claims = '', ...rest] = token.split('.')
  const encoded = encode(new TextEncoder().encode(text))
  return (part === 'header' ? [encoded, claims, ...rest] : [header, encoded, ...rest]).join('.')
}

/**
 * The token with one member set to another value. The others keep their order; the signature stays
 * what it was.
 */
export const withMember = (
  reading: Reading,
  part: JsonPart,
  name: string,
  value: unknown,
): string => withText(reading, part, JSON.stringify({ ...reading[part].members, [name]: value }))

/**
 * The token without its signature: an empty third part, as unsecured JWSs have it (RFC 7515,
 * appendix A.5).
 */
export const withoutSignature = ({ token }: Reading): string =>
  `${token.split('.').slice(0, 2).join('.')}.`

/** The token with the signature of another. */
export const withSignatureOf = ({ token }: Reading, other: string): string =>
  [...token.split('.').slice(0, 2), ...other.split('.').slice(2)].join('.')
