import { expect, test } from 'vitest'
import { createSecret } from '../../../lib/random.ts'
import { createChannelId } from '../../../lib/wire/bus.ts'
import { fingerprint, redactBody, redactHeaders, redactSetCookie } from '../../../lib/wire/redaction.ts'
import { showFingerprint } from '../../../lib/wire/redaction-format.ts'

test('a fingerprint is the same for one secret and another for each, and short', () => {
  const [one, two] = [createSecret(), createSecret()]
  expect(fingerprint(one)).toEqual(fingerprint(one))
  expect(fingerprint(one)).not.toEqual(fingerprint(two))
  expect(fingerprint('a'.repeat(300))).toEqual({
    head: 'a'.repeat(12),
    length: 300,
    hash: expect.stringMatching(/^[\da-f]{8}$/),
  })
  expect(showFingerprint({ head: 'Fe26', length: 312, hash: 'a41e07b2' })).toBe('Fe26… (312) #a41e07b2')
})

test.each([
  ['the name of a channel', createChannelId],
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
    ['set-cookie', expect.stringMatching(/^__Host-session=aaaa… \(16\) #[\da-f]{8}; Path=\/; HttpOnly$/)],
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
  const body = { email: 'a@test.example', password: 'secret', current: ['secret'], next: { a: 'secret' } }
  expect(redactBody(body)).toEqual({ email: 'a@test.example', password: '•••', current: '•••', next: '•••' })
  expect(redactBody(null)).toBeNull()
  expect(redactBody('text')).toBe('text')
})
