import { expect, test } from 'vitest'
import { readSettings } from '../../../scripts/lib/settings.mjs'
import { isForUs } from '../../../server/inbound.ts'
import { isForAnother } from '../../../server/taking-part.ts'

const settingsOf = (env: Record<string, string>) =>
  readSettings({}, env as unknown as NodeJS.ProcessEnv)
const settings = settingsOf({ AUTHSCOPE_TRUSTED_PROXIES: '127.0.0.1' })
const fromGateway = {
  method: 'GET',
  url: '/api/me',
  headers: { 'x-gateway-retries': '1' },
  socket: { remoteAddress: '127.0.0.1' },
}

test('an instance sends to another what a gateway may ask again, while it is not ready and when it is about to stop', () => {
  expect(isForAnother(fromGateway, { ready: true, stopping: false }, settings)).toBe(false)
  expect(isForAnother(fromGateway, { ready: true, stopping: true }, settings)).toBe(true)
  expect(isForAnother(fromGateway, { ready: false, stopping: false }, settings)).toBe(true)
  expect(
    isForAnother({ ...fromGateway, method: 'HEAD' }, { ready: true, stopping: true }, settings),
  ).toBe(true)
})

test.each([
  ['it changes something', { method: 'POST' }],
  ['it might change something', { method: 'DELETE' }],
  ['nobody said that another is asked then', { headers: {} }],
  ['it does not come from the gateway', { socket: { remoteAddress: '192.0.2.1' } }],
])(
  'a request is answered to the end, even by an instance that is about to stop, when %s',
  (_, change) => {
    expect(
      isForAnother({ ...fromGateway, ...change }, { ready: true, stopping: true }, settings),
    ).toBe(false)
  },
)

test('a server answers to the names it was told, whatever is in front of it', () => {
  const told = settingsOf({
    AUTHSCOPE_HOSTS: 'app.example, [::1]',
    AUTHSCOPE_TRUSTED_PROXIES: '127.0.0.1',
  })
  const isAnswered = (host: string | undefined, url = '/api/me') =>
    isForUs({ url, headers: { host } }, told)
  expect(['app.example', 'APP.example:8443', '[::1]:3000'].map(host => isAnswered(host))).toEqual([
    true,
    true,
    true,
  ])
  const others = [
    'evil.example',
    'app.example.evil.example',
    'localhost',
    '127.0.0.1:3000',
    '',
    undefined,
  ]
  expect(others.filter(host => isAnswered(host))).toEqual([])
  // Whoever checks its health knows it by its address.
  expect(isAnswered('10.0.0.7:3000', '/api/health/ready')).toBe(true)
})

test('a name that is none stops the start with a sentence', () => {
  expect(() => settingsOf({ AUTHSCOPE_HOSTS: 'https://app.example' })).toThrow(
    'AUTHSCOPE_HOSTS has "https://app.example": list names without a port, such as app.example,localhost.',
  )
})
