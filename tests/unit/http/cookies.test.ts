import { expect, test } from 'vitest'
import { COOKIES, clearCookie, readCookies, setCookie } from '../../../lib/http/cookies.ts'

const read = (cookie: string) => {
  const cookies = readCookies(new Headers({ cookie }))
  return cookies.ok ? Object.fromEntries(cookies.value) : cookies.reason
}

test.each([
  ['', {}],
  ['a=b', { a: 'b' }],
  ['a=b; c=d', { a: 'b', c: 'd' }],
  [' a = b ;c=d', { a: 'b', c: 'd' }],
  ['a=b=c==', { a: 'b=c==' }],
  ['a="b"', { a: '"b"' }],
  ['a=%20', { a: '%20' }],
  ['=b', {}],
  ['alone', {}],
  ['; ;;=;', {}],
  ['a=1; a=2', { a: '2' }],
  ['toString=x', { toString: 'x' }],
])('reads %j', (cookie, expected) => {
  expect(read(cookie)).toEqual(expected)
})

test.each(Object.values(COOKIES))('refuses two copies of %s', name => {
  expect(read(`${name}=a; ${name}=b`)).toBe('duplicate_cookie')
  expect(read(`${name}=a; ${name}=a`)).toBe('duplicate_cookie')
  expect(read(`${name}=; x=y;${name} =a`)).toBe('duplicate_cookie')
  expect(read(`${name}=a; ${name.toLowerCase()}=b`)).toEqual({
    [name]: 'a',
    [name.toLowerCase()]: 'b',
  })
})

test('every cookie of this app can be set by this host alone', () => {
  for (const name of Object.values(COOKIES)) expect(name).toMatch(/^__Host-[a-z-]+$/)
})

test('a cookie is set with everything that protects it, and forgotten by the same name and path', () => {
  expect(setCookie('a', 'b', 60)).toBe('a=b; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax')
  expect(clearCookie('a')).toBe('a=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax')
})
