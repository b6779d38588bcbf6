import { showFingerprint } from '../wire/steps.ts'

/** A token this page holds, and how the wire shows it: its signature is a fingerprint there. */
export type OwnToken = { token: string; shown: string }

/**
 * How the wire shows a token of this page's own, so that the page can put its own back. Null where
 * it is no JWT, or where this page may not hash (no secure context: no cookies of this app there
 * either, and no wire).
 */
export async function toOwnToken(token: string): Promise<OwnToken | null> {
  const at = token.lastIndexOf('.') + 1
  const signature = token.slice(at)
  if (at === 0 || signature === '' || !globalThis.crypto?.subtle) return null
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(signature))
  const bytes = [...new Uint8Array(digest).subarray(0, 4)]
  const hash = bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')
  // As in `fingerprint` of lib/wire/redaction.ts, which a test holds this to.
  const head = signature.slice(0, Math.min(12, Math.floor(signature.length / 4)))
  return {
    token,
    shown: token.slice(0, at) + showFingerprint({ head, length: signature.length, hash }),
  }
}

/**
 * The same value with the page's own token whole wherever the wire showed it: for display on this
 * very page.
 */
export function putBack<T>(value: T, own: OwnToken | null): T {
  if (own === null) return value
  if (typeof value === 'string') return value.replaceAll(own.shown, () => own.token) as T
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => putBack(item, own)) as T
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, putBack(member, own)]),
  ) as T
}
