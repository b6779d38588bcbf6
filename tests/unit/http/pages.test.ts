import { expect, test } from 'vitest'
import { isProtectedPage, toReturnPath } from '../../../lib/http/pages.ts'

test.each(['/', '/inspector', '/storage', '/dashboard', '/devices', '/admin', '/settings'])(
  'returns to %s, a page of this app',
  next => {
    expect(toReturnPath(next)).toBe(next)
  },
)

test.each([
  '//evil.example',
  '/\\evil.example',
  '/..//evil.example',
  '/\t/evil.example',
  '/%2f%2fevil.example',
  '%2f%2fevil.example',
  'javascript:alert(1)',
  'https://evil.example/dashboard',
  '/dashboard/../..//evil.example',
  '/dashboard?next=//evil.example',
  '/sign-in',
  '/api/session/sign-out',
  '',
  undefined,
  ['/devices', '//evil.example'],
])('returns to the dashboard instead of %j', next => {
  expect(toReturnPath(next)).toBe('/dashboard')
})

test('protects the pages that show somebody’s own things, and no others', () => {
  const pages = [
    '/',
    '/sign-in',
    '/sign-up',
    '/settings',
    '/source',
    '/dashboard',
    '/devices',
    '/admin',
  ]
  expect(pages.filter(isProtectedPage)).toEqual(['/dashboard', '/devices', '/admin'])
})
