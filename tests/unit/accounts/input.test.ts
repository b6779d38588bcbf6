import { expect, test } from 'vitest'
import type { ZodType } from 'zod'
import { normalizeEmail } from '../../../lib/accounts/account.ts'
import {
  AccountChange,
  Credentials,
  NewAccount,
  NewNote,
  NewPassword,
  PasswordChange,
} from '../../../lib/accounts/input.ts'

const accepts = (schema: ZodType, value: unknown) => schema.safeParse(value).success

test.each([
  [14, false],
  [15, true],
  [256, true],
  [257, false],
])(
  'a password of %i characters is accepted: %s, in whatever units they come',
  (length, accepted) => {
    for (const alphabet of [
      'abcdefghijklmnopqrstuvwxyz',
      '가나다라마바사아자차카타파하',
      '😀😁😂🤣😃😄😅😆😉😊😋',
    ]) {
      const characters = [...alphabet]
      const password = Array.from(
        { length },
        (_, index) => characters[(index * index + index) % characters.length],
      ).join('')
      expect({ password, accepted: accepts(NewPassword, password) }).toEqual({ password, accepted })
    }
  },
)

test.each([null, undefined, 15, true, ['a long enough password'], { length: 20 }, {}])(
  '%j is no password',
  value => {
    for (const schema of [NewPassword, Credentials.shape.password])
      expect(accepts(schema, value)).toBe(false)
  },
)

test('signing in may try any text, none that costs more to look at than a real one', () => {
  const email = 'a@test.example'
  for (const password of ['', 'short', '\ud800', '\0', '😀'.repeat(256), 'a'.repeat(1024)])
    expect(accepts(Credentials, { email, password })).toBe(true)
  expect(accepts(Credentials, { email, password: 'a'.repeat(1025) })).toBe(false)
  expect(accepts(Credentials, { email: 'a'.repeat(321), password: '' })).toBe(false)
})

test.each([
  ['a@b.example', true],
  ['first.last+tag@sub.test.example', true],
  ['a@b', false],
  ['@b.example', false],
  ['a@', false],
  ['a b@c.example', false],
  ['a@b.example\r\nBcc: c@d.example', false],
  ['a＠b.example', false],
  ['а@b.example', false],
  ['a@b.example\u200b', false],
  [`${'a'.repeat(250)}@b.example`, false],
])('the address %j is accepted: %s', (email, accepted) => {
  const password = 'correct battery of staples'
  expect(accepts(NewAccount, { email, name: 'A', password })).toBe(accepted)
})

test.each([
  [' A@B.Example\n', 'a@b.example'],
  ['a@b.example', 'a@b.example'],
  ['\u212a@b.example', 'k@b.example'],
])('%j is %j', (typed, normal) => {
  expect(normalizeEmail(typed)).toBe(normal)
})

test.each([
  ['Credentials', Credentials, { email: 'a@test.example', password: 'p' }],
  [
    'NewAccount',
    NewAccount,
    { email: 'a@test.example', name: 'A', password: 'correct battery of staples' },
  ],
  ['PasswordChange', PasswordChange, { current: 'p', next: 'correct battery of staples' }],
  ['AccountChange', AccountChange, { role: 'reader' }],
  ['NewNote', NewNote, { title: 'A', body: 'B' }],
])('%s takes its members and no others', (_, schema, value) => {
  expect(accepts(schema, value)).toBe(true)
  for (const extra of [{ id: 'x' }, { isAdmin: true }, JSON.parse('{"__proto__":{}}')]) {
    const withExtra = Object.defineProperties({ ...value }, Object.getOwnPropertyDescriptors(extra))
    expect(accepts(schema, withExtra)).toBe(false)
  }
  for (const none of [null, undefined, [], 'text', 1]) expect(accepts(schema, none)).toBe(false)
})

test('notes have room, line breaks and no control characters', () => {
  expect(NewNote.parse({ title: ' a ', body: ' one\ntwo ' })).toEqual({
    title: 'a',
    body: 'one\ntwo',
  })
  expect(accepts(NewNote, { title: 'a'.repeat(120), body: 'b'.repeat(4000) })).toBe(true)
  for (const bad of ['', ' ', 'a'.repeat(121), 'a\u0007', 'a\u009b', '\udc00'])
    expect({ bad, accepted: accepts(NewNote, { title: bad, body: 'b' }) }).toEqual({
      bad,
      accepted: false,
    })
  expect(accepts(NewNote, { title: 'a', body: 'b'.repeat(4001) })).toBe(false)
})
