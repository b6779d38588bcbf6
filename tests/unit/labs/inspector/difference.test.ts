import { expect, test } from 'vitest'
import { compareMembers, markDifference } from '../../../../lib/labs/inspector/difference.ts'

test('names what is the same, changed, added and removed', () => {
  expect(
    compareMembers({ role: 'reader', exp: 1, nbf: 2 }, { role: 'admin', exp: 1, jku: ['x'] }),
  ).toEqual([
    { name: 'role', was: '"reader"', is: '"admin"' },
    { name: 'exp', was: '1', is: '1' },
    { name: 'jku', was: null, is: '["x"]' },
    { name: 'nbf', was: '2', is: null },
  ])
})

test('writes a number that JSON has no word for', () => {
  expect(compareMembers({ exp: 1 }, JSON.parse('{"exp":1e400}'))).toEqual([
    { name: 'exp', was: '1', is: 'Infinity' },
  ])
})

test('takes a member for there only where it is its own', () => {
  expect(compareMembers({}, JSON.parse('{"constructor":1}'))).toEqual([
    { name: 'constructor', was: null, is: '1' },
  ])
})

test.each([
  ['abcdef', 'abXYef', ['ab', 'XY', 'ef']],
  ['abc', 'abc=', ['abc', '=', '']],
  ['abc', '', ['', '', '']],
  ['', 'abc', ['', 'abc', '']],
  ['aaa', 'aaaa', ['aaa', 'a', '']],
  ['abc', 'abc', ['abc', '', '']],
])('marks what differs between %j and %j', (was, is, marked) => {
  expect(markDifference(was, is)).toEqual(marked)
})
