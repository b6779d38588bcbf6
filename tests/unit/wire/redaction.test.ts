import { expect, test } from 'vitest'
import { createSecret } from '../../../lib/random.ts'
import { createChannelId } from '../../../lib/wire/channel-id.ts'
import {
  conceal,
  fingerprint,
  redactBody,
  redactHeaders,
  redactSetCookie,
} from '../../../lib/wire/redaction.ts'
import { showFingerprint } from '../../../lib/wire/steps.ts'
import { CHANNEL_KEYS } from '../../fixtures/wire.ts'

test('a fingerprint is the same for one secret and another for each, and short', () => {
  const [one, two] = [createSecret(), createSecret()]
  expect(fingerprint(one)).toEqual(fingerprint(one))
  expect(fingerprint(one)).not.toEqual(fingerprint(two))
  expect(fingerprint('a'.repeat(300))).toEqual({
    head: 'a'.repeat(12),
    length: 300,
    hash: expect.stringMatching(/^[\da-f]{8}$/),
  })
  expect(showFingerprint({ head: 'Fe26', length: 312, hash: 'a41e07b2' })).toBe(
    'Fe26… (312) #a41e07b2',
  )
})

test.each([
  ['the name of a channel', () => createChannelId(CHANNEL_KEYS)],
  ['a session id', createSecret],
  ['a short value', () => 'abcdefgh'],
  ['a shorter one', () => 'abc'],
])('of %s at least three quarters are not shown', (_, create) => {
  const secret = create()
  const { head } = fingerprint(secret)
  expect(secret.startsWith(head)).toBe(true)
  expect(head.length).toBeLessThanOrEqual(secret.length / 4)
})

test('cookies are named, and shown as fingerprints, whoever they belong to', () => {
  const [[name, value] = []] = redactHeaders(
    new Headers({ cookie: 'theme=a-dark-value-of-another-app; b=; lone-value-here' }),
  )
  expect(name).toBe('cookie')
  expect(value).toMatch(/^theme=a-dark… \(27\) #[\da-f]{8}; b=; lon… \(15\) #[\da-f]{8}$/)
})

test('each Set-Cookie keeps its name and attributes, in order', () => {
  const headers = new Headers([
    ['set-cookie', '__Host-session=aaaabbbbccccdddd; Path=/; HttpOnly'],
    ['set-cookie', '__Host-refresh=; Path=/; Max-Age=0'],
  ])
  expect(redactHeaders(headers)).toEqual([
    [
      'set-cookie',
      expect.stringMatching(/^__Host-session=aaaa… \(16\) #[\da-f]{8}; Path=\/; HttpOnly$/),
    ],
    ['set-cookie', '__Host-refresh=; Path=/; Max-Age=0'],
  ])
  expect(redactSetCookie('nothing')).not.toContain('nothing')
})

test.each([
  ['Bearer aaa.bbb.ccc', 'Bearer aaa.bbb.ccc'],
  ['bearer aaa.bbb.ccc', 'bearer aaa.bbb.ccc'],
  ['Basic YTpi', 'Basic •••'],
  ['Basic  YTpi', 'Basic •••'],
  ['Basic\tYTpi', 'Basic •••'],
  ['Digest username="a", response="b"', 'Digest •••'],
  ['YTpi', '•••'],
  ['bearer-like YTpi', 'bearer-like •••'],
])('of the Authorization %j the wire shows %j', (sent, shown) => {
  for (const name of ['authorization', 'proxy-authorization'])
    expect(redactHeaders(new Headers({ [name]: sent }))).toEqual([[name, shown]])
})

test('other headers are shown as they are', () => {
  expect(redactHeaders(new Headers({ 'x-one': 'two', accept: '*/*' }))).toEqual([
    ['accept', '*/*'],
    ['x-one', 'two'],
  ])
})

test('the secret members of a body are not shown, whatever they hold', () => {
  const body = {
    email: 'a@test.example',
    password: 'secret',
    current: ['secret'],
    next: { a: 'secret' },
  }
  expect(redactBody(body)).toEqual({
    email: 'a@test.example',
    password: '•••',
    current: '•••',
    next: '•••',
  })
  expect(redactBody(null)).toBeNull()
  expect(redactBody('text')).toBe('text')
})

const SEAL = `Fe26.2*1*${'a1'.repeat(32)}*iv_iv-iv*text-text_text*1795737259807*${'b2'.repeat(32)}*${'m'.repeat(43)}~2`
const SIGNED = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9'
const SIGNATURE = createSecret() + createSecret()
const TOKEN = `${SIGNED}.${SIGNATURE}`
const print = (secret: string) => showFingerprint(fingerprint(secret))

test.each([
  ['a seal', SEAL, print(SEAL)],
  ['a seal in a query', `/api/me?next=${SEAL}&a=b`, `/api/me?next=${print(SEAL)}&a=b`],
  [
    'a seal that was encoded',
    encodeURIComponent(SEAL).replaceAll('*', '%2A').replace('.', '%2E'),
    null,
  ],
  ['a token', TOKEN, `${SIGNED}.${print(SIGNATURE)}`],
  [
    'a token in an address',
    `https://a.example/${TOKEN}?x`,
    `https://a.example/${SIGNED}.${print(SIGNATURE)}?x`,
  ],
  ['a token that is glued to something', `x${TOKEN}`, `x${SIGNED}.${print(SIGNATURE)}`],
  ['a token whose dots were encoded', TOKEN.replaceAll('.', '%2e'), null],
  [
    'a token with more parts',
    `${TOKEN}.${SIGNATURE}`,
    `${SIGNED}.${print(`${SIGNATURE}.${SIGNATURE}`)}`,
  ],
  ['a token whose header begins with a space', `ewogICJhbGciOiJub25lIn0.e30.${SIGNATURE}`, null],
  ['a password in a query', '/api/me?password=a%20secret&x=1', '/api/me?password=•••&x=1'],
])('%s is a fingerprint wherever it stands in a step', (_, text, expected) => {
  const places = {
    target: text,
    headers: [['referer', text]],
    body: { a: [{ b: text }] },
    errors: [{ path: text }],
    [text]: 1,
  }
  const shown = conceal({ ...places, list: [{ [text]: 1 }] })
  if (expected) expect(shown).toMatchObject({ target: expected, headers: [['referer', expected]] })
  const told = JSON.stringify({ ...shown, [text]: 1 }).replace(JSON.stringify(text), '')
  for (const secret of [SIGNATURE.slice(20), 'b2b2b2b2b2b2b2', 'a%20secret'])
    expect(told).not.toContain(secret)
})

test.each([
  'localhost:3000',
  'monkeys.example.com',
  'keys-and-eyes.of-some.subdomain.example',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  "default-src 'none'; sandbox; frame-ancestors 'none'",
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.',
])('%j is no secret, and shown as it is', text => {
  expect(conceal({ text })).toEqual({ text })
})

test('what is long is cut: targets, headers, lists, depth', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)
  const shown = conceal({
    target: 't'.repeat(7000),
    headers: Array.from({ length: 300 }, () => ['n', 'h'.repeat(7000)]),
    deep,
    body: 'b'.repeat(10_000),
  })
  expect(shown.target).toBe(`${'t'.repeat(1024)}… (7000)`)
  expect(shown.headers).toHaveLength(100)
  expect(shown.headers[0]).toEqual(['n', `${'h'.repeat(1024)}… (7000)`])
  expect(JSON.stringify(shown.deep).length).toBeLessThan(50)
  expect(shown.body).toHaveLength(10_000)
})
