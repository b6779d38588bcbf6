import { expect, test } from 'vitest'
import { createClient } from '../../fixtures/client.ts'
import {
  ALGORITHMS,
  ALIVE_ELSEWHERE,
  accepted,
  forge,
  REFUSED,
  tokenHolder,
} from '../../fixtures/tokens.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The other last characters that decode to the same bytes: their unused bits are set. */
function sameBytes(part: string): string[] {
  const unused = [1, 1, 16, 4][part.length % 4] ?? 1
  const last = ALPHABET.indexOf(part.at(-1) ?? '')
  return Array.from(
    { length: unused - 1 },
    (_, bits) => `${part.slice(0, -1)}${ALPHABET[last + bits + 1]}`,
  )
}

test.each(ALGORITHMS)('%s: one token has one spelling', async algorithm => {
  const { token, present } = await tokenHolder(algorithm)
  const [head = '', payload = '', signature = ''] = token.split('.')
  const spellings = [
    `${token}=`,
    `${token}==`,
    token.replaceAll('-', '+').replaceAll('_', '/'),
    `${token}.`,
    `.${token}`,
    `${token}.${signature}`,
    `${head}..${signature}`,
    `${head}.${payload}`,
    ...[head, payload, signature].flatMap((part, index) =>
      sameBytes(part).map(other => [head, payload, signature].with(index, other).join('.')),
    ),
  ].filter(spelling => spelling !== token)
  expect(spellings.length).toBeGreaterThan(6)
  for (const spelling of spellings)
    expect({ spelling, ...(await present(spelling)) }).toMatchObject({ spelling, ...REFUSED })
})

test.each(['\t', ' ', '%20', '\u00a0', ',', '='])(
  'a token with %j inside is no token',
  async space => {
    const { app, token } = await tokenHolder('ES256')
    const [head, payload, signature] = token.split('.')
    const headers = { authorization: `Bearer ${head}.${space}${payload}.${signature}` }
    const answer = await createClient(app).send('/api/me', { headers })
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 400,
      code: 'invalid_request',
    })
  },
)

test.each(ALGORITHMS)('%s: refuses a token of 256 KB before it looks inside', async algorithm => {
  const { header, claims, key, present } = await tokenHolder(algorithm)
  for (const kilobytes of [4, 256]) {
    const big = forge(algorithm, key, header, { ...claims, padding: 'a'.repeat(kilobytes * 1024) })
    expect(await present(big)).toMatchObject({ ...REFUSED, reason: 'token.malformed' })
  }
})

test('the twin of an ECDSA signature is the same token: it ends with it', async () => {
  const { client, token, present } = await tokenHolder('ES256')
  const [head, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)
  const twin = Buffer.concat([
    bytes.subarray(0, 32),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
  ])
  const other = `${head}.${payload}.${twin.toString('base64url')}`
  expect(other).not.toBe(token)
  expect(await present(other)).toMatchObject(accepted('ES256'))
  await client.send('/api/token/sign-out', { method: 'POST' })
  expect(await present(other)).toMatchObject(ALIVE_ELSEWHERE)
})
