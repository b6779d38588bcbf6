import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { toCurl } from '../../../../lib/wire/view/curl.ts'

test('a command for a terminal says to a shell what was meant, whatever is in it', () => {
  const hostile = `'; touch /tmp/x; echo '$(id)\`id\`\\"`
  const request = {
    method: 'POST',
    target: `/api/notes?${hostile}`,
    headers: [['x-odd', hostile] as [string, string]],
    body: { title: hostile, password: '•••' },
  }
  const command = toCurl(request, 'http://localhost:3000', 'aaaa-bbbb-cccc')
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`
  const words = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
  expect(words).toEqual([
    ...['-i', '-X', 'POST', `http://localhost:3000/api/notes?${hostile}`],
    ...['-H', `x-odd: ${hostile}`, '-H', 'Wire-Channel: aaaa-bbbb-cccc'],
    ...['--data', JSON.stringify({ title: hostile, password: 'YOUR PASSWORD' })],
  ])
})

test('a command carries no cookie: it takes one from a jar', () => {
  const headers: [string, string][] = [
    ['cookie', '__Host-session=Fe26… (312) #a41e07b2'],
    ['content-length', '2'],
    ['sec-fetch-site', 'same-origin'],
  ]
  const command = toCurl(
    { method: 'GET', target: '/api/me', headers, body: undefined },
    'http://localhost:3000',
    null,
  )
  expect(command).not.toMatch(/Fe26|content-length|sec-fetch/)
  expect(command).toContain('-b cookies.txt')
})

test('a command has no fingerprint in it: a token that this page does not hold is left to be put in', () => {
  const headers: [string, string][] = [
    ['authorization', 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJh.AbC-_dEf… (86) #a41e07b2'],
  ]
  const request = { method: 'GET', target: '/api/me', headers, body: undefined }
  expect(toCurl(request, 'http://localhost:3000', null)).toContain(
    "'authorization: Bearer YOUR_TOKEN'",
  )
})
