import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { createSigner, createVerifier, type DecodedJwt } from 'fast-jwt'
import { expect, test } from 'vitest'
import { REPORTS_AUDIENCE, startReports } from '../../fixtures/reports.ts'
import { ALGORITHMS, tokenHolder } from '../../fixtures/tokens.ts'

// Tokens are made and checked with jose here. A library that shares no code with it must agree.
const PUBLIC = ALGORITHMS.filter(algorithm => algorithm !== 'HS256')

test.each(PUBLIC)(
  '%s: another library verifies our tokens with what is published',
  async algorithm => {
    const { client, token, claims, header } = await tokenHolder(algorithm)
    const { keys } = (await client.send('/.well-known/jwks.json')).body as {
      keys: (JsonWebKey & { kid: string })[]
    }
    const published = (kid: string) => keys.find(key => key.kid === kid) as JsonWebKey
    const verify = createVerifier({
      key: async ({ header }: DecodedJwt) =>
        createPublicKey({ key: published(header.kid), format: 'jwk' }).export({
          type: 'spki',
          format: 'pem',
        }),
      algorithms: [algorithm],
      allowedIss: 'authscope',
      allowedAud: 'authscope-api',
      checkTyp: 'at+jwt',
      complete: true,
    })
    expect(await verify(token)).toMatchObject({ header, payload: claims })
    const [head, payload, signature = ''] = token.split('.')
    const other = Buffer.from(signature, 'base64url').map((byte, index) =>
      index === 9 ? byte ^ 1 : byte,
    )
    await expect(
      verify(`${head}.${payload}.${Buffer.from(other).toString('base64url')}`),
    ).rejects.toMatchObject({
      code: 'FAST_JWT_INVALID_SIGNATURE',
    })
  },
)

test.each(PUBLIC)(
  '%s: a token that another library made is as good as ours, here and in the service',
  async algorithm => {
    const { app, client, claims, header, key } = await tokenHolder(algorithm)
    const sign = createSigner({
      key: (key as KeyObject).export({ type: 'pkcs8', format: 'pem' }),
      algorithm,
      kid: String(header.kid),
      header: { alg: algorithm, typ: 'at+jwt' },
    })
    const present = (accessToken: string) =>
      client.send('/api/me', {
        headers: { authorization: `Bearer ${accessToken}`, 'auth-mode': 'token' },
      })
    const reports = startReports(app)
    const forApp = sign(claims)
    const forReports = sign({ ...claims, aud: REPORTS_AUDIENCE })
    expect([(await present(forApp)).status, (await reports.present(forApp)).status]).toEqual([
      200, 401,
    ])
    expect([
      (await present(forReports)).status,
      (await reports.present(forReports)).status,
    ]).toEqual([401, 200])
  },
)

test('HS256: another library verifies our tokens with the secret alone, and nothing that is published', async () => {
  const { client, token, claims, key } = await tokenHolder('HS256')
  const verify = createVerifier({
    key: key as Buffer,
    algorithms: ['HS256'],
    allowedAud: 'authscope-api',
  })
  expect(verify(token)).toEqual(claims)
  const { keys } = (await client.send('/.well-known/jwks.json')).body
  expect(keys.map((jwk: JsonWebKey) => jwk.kty)).not.toContain('oct')
})
