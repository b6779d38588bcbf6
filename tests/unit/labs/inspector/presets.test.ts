import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { applyPreset, PRESETS } from '../../../../lib/labs/inspector/presets.ts'
import { readToken } from '../../../../lib/labs/inspector/reading.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const HEADER = { typ: 'at+jwt', alg: 'ES256', kid: 'k1' }
const CLAIMS = { aud: 'here', exp: 1_800_000_000, role: 'reader' }
const original = readToken(`${encode(HEADER)}.${encode(CLAIMS)}.c2lnbmF0dXJl`)
const PUBLISHED = [
  { kid: 'k0', alg: 'RS256', kty: 'RSA' },
  { kid: 'k1', alg: 'ES256', kty: 'EC', x: 'x', y: 'y' },
]

const made = async (preset: (typeof PRESETS)[number], of = original) =>
  readToken((await applyPreset(preset, of, PUBLISHED)) ?? '')

test.each([
  ['role', { role: 'admin' }],
  ['exp', { exp: 1_800_000_000 + 315_360_000 }],
  ['milliseconds', { exp: 1_800_000_000_000 }],
  ['audience', { aud: 'another-service' }],
] as const)('%s changes that claim alone and keeps the signature', async (preset, change) => {
  const altered = await made(preset)
  expect(altered.claims.members).toEqual({ ...CLAIMS, ...change })
  expect(altered.header.encoded).toBe(original.header.encoded)
  expect(altered.signature.encoded).toBe('c2lnbmF0dXJl')
})

test('an admin’s role is changed too', async () => {
  const admin = readToken(`${encode(HEADER)}.${encode({ ...CLAIMS, role: 'admin' })}.c2ln`)
  expect((await made('role', admin)).claims.members).toMatchObject({ role: 'editor' })
})

test('none says so in the header and has no signature', async () => {
  const altered = await made('none')
  expect(altered.header.members).toEqual({ ...HEADER, alg: 'none' })
  expect(altered.signature.encoded).toBe('')
  expect(altered.token.endsWith('.')).toBe(true)
})

test('hmac is rightly signed with the published key, as text, for a secret', async () => {
  const altered = await made('hmac')
  expect(altered.header.members).toEqual({ ...HEADER, alg: 'HS256' })
  const signed = altered.token.slice(0, altered.token.lastIndexOf('.'))
  const expected = createHmac('sha256', JSON.stringify(PUBLISHED[1]))
    .update(signed)
    .digest('base64url')
  expect(altered.signature.encoded).toBe(expected)
})

test('spelling decodes to the same bytes', async () => {
  const altered = await made('spelling')
  expect(altered.token).not.toBe(original.token)
  expect(altered.signature.bytes).toBe(original.signature.bytes)
})

test('makes nothing of a token it cannot read, nor signs without a key', async () => {
  for (const preset of PRESETS)
    expect(await applyPreset(preset, readToken('x.y.z'), PUBLISHED)).toBeNull()
  expect(await applyPreset('hmac', original, [])).toBeNull()
})
