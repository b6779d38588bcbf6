import { importJWK } from 'jose'
import { z } from 'zod'
import type { Key } from '../../lib/auth/jwt/check.ts'
import { SECOND } from '../../lib/clock.ts'

const TIMEOUT = 2 * SECOND
const MAX_BYTES = 65_536
const MAX_KEYS = 100

/**
 * The public half of one key that signs, and no more of it than is needed. A symmetric key has no
 * such half and does not fit.
 */
const PublicKey = z.object({
  kid: z.string().regex(/^[\w-]{1,64}$/),
  alg: z.enum(['RS256', 'ES256', 'EdDSA']),
  kty: z.enum(['RSA', 'EC', 'OKP']),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine(operations => operations.includes('verify'))
    .optional(),
  crv: z.string().exactOptional(),
  x: z.string().exactOptional(),
  y: z.string().exactOptional(),
  n: z.string().exactOptional(),
  e: z.string().exactOptional(),
  // A key that is published with its private half is everybody's.
  d: z.never().exactOptional(),
})
const KeySet = z.object({ keys: z.array(z.unknown()).max(MAX_KEYS) })

/** The keys by their `kid`, or why there are none: for the log. */
export type FetchedKeys = { ok: true; keys: Map<string, Key> } | { ok: false; because: string }

/**
 * The key set at an address (RFC 7517, section 5), in at most two seconds and 64 KiB. No redirect
 * is followed: the address is the trust. Keys this service cannot use are left out; what is no key
 * set is a value, never an exception.
 */
export async function fetchKeySet(
  url: URL,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<FetchedKeys> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return { ok: false, because: `status ${response.status}` }
    }
    const text = await readText(response)
    if (text === null) return { ok: false, because: `more than ${MAX_BYTES} bytes` }
    return { ok: true, keys: await importKeys(KeySet.parse(JSON.parse(text)).keys) }
  } catch (thrown) {
    return { ok: false, because: nameOf(thrown) }
  }
}

/** What went wrong, by its name: `ECONNREFUSED`, `TimeoutError`, `SyntaxError`. */
function nameOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown'
  const { cause } = thrown as { cause?: { code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : thrown.name
}

async function readText({ body }: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

async function importKeys(listed: unknown[]): Promise<Map<string, Key>> {
  const imported = (await Promise.all(listed.map(importKey))).flatMap(key => key ?? [])
  const times = Map.groupBy(imported, key => key.kid)
  // Two keys by one name: which of them is meant cannot be known.
  return new Map(
    imported.filter(key => times.get(key.kid)?.length === 1).map(key => [key.kid, key]),
  )
}

async function importKey(listed: unknown): Promise<Key | null> {
  const { data } = PublicKey.safeParse(listed)
  if (!data) return null
  const { kid, alg: algorithm, use: _, key_ops: _operations, ...members } = data
  try {
    return { kid, algorithm, key: await importJWK(members, algorithm) }
  } catch {
    return null
  }
}
