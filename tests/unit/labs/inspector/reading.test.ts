import { describe, expect, test } from 'vitest'
import {
  readToken,
  tokenIn,
  withMember,
  withoutSignature,
  withSignatureOf,
  withText,
} from '../../../../lib/labs/inspector/reading.ts'

const encode = (text: string | Uint8Array) => Buffer.from(text).toString('base64url')
const HEADER = encode('{"typ":"at+jwt","alg":"ES256","kid":"k1"}')
const CLAIMS = encode('{"sub":"someone","role":"reader"}')
const TOKEN = `${HEADER}.${CLAIMS}.${encode(new Uint8Array(64))}`

test.each([
  TOKEN,
  ` ${TOKEN}\n`,
  `Bearer ${TOKEN}`,
  `Authorization: Bearer ${TOKEN}`,
  `authorization:bearer  ${TOKEN}`,
])('finds the token in what was pasted', pasted => {
  expect(tokenIn(pasted)).toBe(TOKEN)
})

test('reads header, claims, the length of the signature and the size', () => {
  const reading = readToken(TOKEN)
  expect(reading.header).toMatchObject({
    members: { typ: 'at+jwt', alg: 'ES256', kid: 'k1' },
    problem: null,
  })
  expect(reading.claims).toMatchObject({
    members: { sub: 'someone', role: 'reader' },
    problem: null,
  })
  expect(reading).toMatchObject({ parts: 3, sizeBytes: TOKEN.length, signature: { bytes: 64 } })
})

describe('reads what can be read and says what cannot', () => {
  test.each([
    ['', 'missing', null],
    ['!!', 'not_base64url', null],
    [encode(new Uint8Array([0xff, 0xfe])), 'not_text', null],
    [encode('{"sub":'), 'not_json', '{"sub":'],
    [encode('["sub"]'), 'not_object', '["sub"]'],
    [encode('null'), 'not_object', 'null'],
  ])('claims %j: %s', (claims, problem, text) => {
    const reading = readToken(`${HEADER}.${claims}.c2ln`)
    expect(reading.claims).toMatchObject({ problem, text, members: null })
    expect(reading.header.problem).toBeNull()
    expect(reading.signature.bytes).toBe(3)
  })

  test('a broken header does not hide the claims, nor a broken signature either of them', () => {
    const reading = readToken(`${HEADER.slice(0, -4)}.${CLAIMS}.#`)
    expect(reading.header.problem).toBe('not_json')
    expect(reading.claims.members).toEqual({ sub: 'someone', role: 'reader' })
    expect(reading.signature).toEqual({ encoded: '#', bytes: null })
  })

  test.each(['', '.', 'x', '....', '한글.글자.서명', 'a'.repeat(10_000)])(
    'never throws: %#',
    token => {
      expect(readToken(token).parts).toBe(token.split('.').length)
    },
  )

  test('other spellings are read too', () => {
    const claims = Buffer.from('{"sub":"??>>~~"}').toString('base64')
    expect(claims).toMatch(/[+/=]/)
    expect(readToken(`${HEADER}.${claims}.`).claims.members).toEqual({ sub: '??>>~~' })
  })
})

test('sets one member and leaves the others, their order and the signature', () => {
  const altered = withMember(readToken(TOKEN), 'claims', 'sub', 7)
  expect(readToken(altered).claims.text).toBe('{"sub":7,"role":"reader"}')
  expect(altered.split('.')[0]).toBe(HEADER)
  expect(altered.split('.')[2]).toBe(TOKEN.split('.')[2])
})

test('encodes exactly what was typed, JSON or not', () => {
  const altered = withText(readToken(TOKEN), 'claims', '{"sub":"a","sub":"b", 한글')
  expect(readToken(altered).claims).toMatchObject({
    text: '{"sub":"a","sub":"b", 한글',
    problem: 'not_json',
  })
})

test('removes the signature and puts it back', () => {
  const bare = withoutSignature(readToken(TOKEN))
  expect(bare).toBe(`${HEADER}.${CLAIMS}.`)
  expect(withSignatureOf(readToken(bare), TOKEN)).toBe(TOKEN)
})
