import { expect, test } from 'vitest'
import {
  ALGORITHMS,
  encode,
  forge,
  type Json,
  OTHER_ALGORITHM,
  REFUSED,
  tokenHolder,
} from '../../fixtures/tokens.ts'

/** Each way to be wrong, with the reason the wire shows for it. Outside they are all the same. */
const WRONG: Record<
  string,
  (holder: Awaited<ReturnType<typeof tokenHolder>>, now: number) => string
> = {
  'token.malformed': ({ token }) => `${token}=`,
  'token.header_refused': ({ resign }) => resign({ header: { jku: 'https://evil.example/keys' } }),
  'token.type_refused': ({ resign }) => resign({ header: { typ: 'JWT' } }),
  'token.algorithm_refused': ({ token, header }) =>
    `${encode({ ...header, alg: 'none' })}.${token.split('.')[1]}.AA`,
  'token.key_unknown': ({ resign }) => resign({ header: { kid: 'nobody-has-this-key' } }),
  'token.signature_wrong': ({ token, claims }) => tampered(token, { ...claims, role: 'reader' }),
  'token.issuer_refused': ({ resign }) => resign({ claims: { iss: 'https://evil.example' } }),
  'token.audience_refused': ({ resign }) => resign({ claims: { aud: 'authscope-elsewhere' } }),
  'token.not_yet_valid': ({ resign }, now) => resign({ claims: { iat: now + 60, exp: now + 120 } }),
  'token.lifetime_refused': ({ resign }, now) =>
    resign({ claims: { exp: now + 10 * 365 * 24 * 3600 } }),
  'token.claims_refused': ({ resign }) => resign({ claims: { sub: 7 } }),
  'token.expired': ({ resign }, now) => resign({ claims: { iat: now - 100, exp: now - 1 } }),
}

const tampered = (token: string, claims: Json) => {
  const [head, , signature] = token.split('.')
  return `${head}.${encode(claims)}.${signature}`
}

test.each(ALGORITHMS)(
  '%s: every refusal has its own reason on the wire, and one code outside',
  async algorithm => {
    const holder = await tokenHolder(algorithm)
    const now = Math.floor(holder.app.clock.now().getTime() / 1000)
    for (const [reason, make] of Object.entries(WRONG))
      expect({ ...(await holder.present(make(holder, now))) }).toEqual({ ...REFUSED, reason })
  },
)

test.each(ALGORITHMS)('%s: a key of another algorithm is named as the reason', async algorithm => {
  const { app, present, resign } = await tokenHolder(algorithm)
  const other = await app.keys.signingKey(OTHER_ALGORITHM[algorithm])
  expect(await present(resign({ header: { kid: other.kid } }))).toMatchObject({
    reason: 'token.algorithm_refused',
  })
})

test('a payload that is no JSON object, rightly signed, is refused for what it is', async () => {
  const { header, key, present } = await tokenHolder('ES256')
  for (const payload of ['[]', 'null', 'x', '"x"'])
    expect(await present(forge('ES256', key, header, payload))).toMatchObject({
      ...REFUSED,
      reason: 'token.claims_refused',
    })
})

test('a not-before that has not come is not yet valid', async () => {
  const { app, present, resign } = await tokenHolder('ES256')
  const nbf = Math.floor(app.clock.now().getTime() / 1000) + 60
  expect(await present(resign({ claims: { nbf } }))).toMatchObject({
    ...REFUSED,
    reason: 'token.not_yet_valid',
  })
})
