import { expect, test } from 'vitest'
import { derivePasswords } from '../../../lib/config.ts'
import {
  createChannelId,
  isChannelId,
  isPairingCode,
  pairingCodeOf,
  renewChannelId,
} from '../../../lib/wire/channel-id.ts'
import { CHANNEL_KEYS } from '../../fixtures/wire.ts'

const create = () => createChannelId(CHANNEL_KEYS)

test('a channel has 128 random bits, and a code that is made from it one way only', () => {
  const ids = Array.from({ length: 100 }, create)
  expect(new Set(ids.map(id => id.split('.')[1])).size).toBe(100)
  for (const id of ids) {
    expect(Buffer.from(id.split('.')[1] ?? '', 'base64url')).toHaveLength(16)
    expect(isChannelId(CHANNEL_KEYS, id)).toBe(true)
    expect(isPairingCode(pairingCodeOf(id))).toBe(true)
    expect(pairingCodeOf(id)).toBe(pairingCodeOf(id))
    expect(isChannelId(CHANNEL_KEYS, pairingCodeOf(id))).toBe(false)
  }
  expect(new Set(ids.map(pairingCodeOf)).size).toBe(100)
})

const known = create()
const altered = (at: number) =>
  `${known.slice(0, at)}${known[at] === 'A' ? 'B' : 'A'}${known.slice(at + 1)}`

test.each([
  ...[
    undefined,
    '',
    'a'.repeat(22),
    `${known}a`,
    `${known}\n`,
    known.slice(0, -1),
    known.replace('.', ''),
  ],
  ...[altered(0), altered(9), altered(20), altered(32), altered(53), known.replaceAll('.', 'a')],
  createChannelId(derivePasswords(['another secret, of forty characters: 01'], 'wire channel')),
  createChannelId(derivePasswords(['a secret for tests, of forty characters.'], 'session cookie')),
])('%j is no channel that this server made', value => {
  expect(isChannelId(CHANNEL_KEYS, value)).toBe(false)
})

test('every secret that is configured recognises its ids, and the first makes them', () => {
  const [older, newer] = [
    'an older secret, of forty characters: 0123',
    'a newer secret, of forty characters: 01234',
  ]
  const keysOf = (...secrets: string[]) => derivePasswords(secrets, 'wire channel')
  const id = createChannelId(keysOf(older))
  expect(isChannelId(keysOf(newer, older), id)).toBe(true)
  expect(isChannelId(keysOf(newer), id)).toBe(false)
  expect(isChannelId(keysOf(newer), createChannelId(keysOf(newer, older)))).toBe(true)
})

test('another id for a browser has nothing of the one before but what a balancer goes by', () => {
  const id = create()
  const next = renewChannelId(CHANNEL_KEYS, id)
  expect(isChannelId(CHANNEL_KEYS, next)).toBe(true)
  const [browser, random, mac] = id.split('.')
  const [sameBrowser, otherRandom, otherMac] = next.split('.')
  expect(sameBrowser).toBe(browser)
  expect([
    otherRandom === random,
    otherMac === mac,
    pairingCodeOf(next) === pairingCodeOf(id),
  ]).toEqual([false, false, false])
})
