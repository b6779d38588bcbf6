import { describe, expect, test } from 'vitest'
import type { Key } from '../../../lib/auth/jwt/check.ts'
import type { FetchedKeys } from '../../../services/reports/key-set.ts'
import { createKeys } from '../../../services/reports/keys.ts'
import { createTestClock } from '../../fixtures/app.ts'

const MINUTE = 60

/** Keys of an issuer that publishes what it is told to, and counts who asks. */
function publishedKeys() {
  const clock = createTestClock()
  const issuer = {
    published: ['first'],
    isAway: false,
    asked: 0,
    held: null as Promise<void> | null,
  }
  const keys = createKeys(clock, async (): Promise<FetchedKeys> => {
    issuer.asked += 1
    // What is published when it is asked, however long the answer takes.
    const names = [...issuer.published]
    const away = issuer.isAway
    await issuer.held
    if (away) return { ok: false, because: 'ECONNREFUSED' }
    return { ok: true, keys: new Map(names.map(kid => [kid, { kid, algorithm: 'ES256' } as Key])) }
  })
  const isKnown = async (kid: string) => (await keys.find(kid)) !== null
  return { clock, issuer, keys, isKnown }
}

test('asks nobody before it is asked, then once for all who wait', async () => {
  const { issuer, isKnown } = publishedKeys()
  expect(issuer.asked).toBe(0)
  expect(await Promise.all(Array.from({ length: 50 }, () => isKnown('first')))).not.toContain(false)
  expect(issuer.asked).toBe(1)
})

test('keys that are fresh are used without asking', async () => {
  const { clock, issuer, isKnown } = publishedKeys()
  await isKnown('first')
  clock.advance(59)
  for (let count = 0; count < 20; count += 1) expect(await isKnown('first')).toBe(true)
  expect(issuer.asked).toBe(1)
})

describe('a name that is not known', () => {
  test('is asked for once in ten seconds, however many names and requests there are', async () => {
    const { clock, issuer, isKnown } = publishedKeys()
    await isKnown('first')
    clock.advance(10)
    const asking = Array.from({ length: 200 }, (_, index) => isKnown(`made-up-${index}`))
    expect(await Promise.all(asking)).not.toContain(true)
    for (let index = 0; index < 50; index += 1) await isKnown(`another-${index}`)
    expect(issuer.asked).toBe(2)
    clock.advance(9.9)
    await isKnown('yet-another')
    expect(issuer.asked).toBe(2)
    clock.advance(0.1)
    await isKnown('yet-another')
    expect(issuer.asked).toBe(3)
  })

  test('is known as soon as the issuer publishes it', async () => {
    const { clock, issuer, isKnown } = publishedKeys()
    await isKnown('first')
    clock.advance(10)
    issuer.published.push('second')
    expect([await isKnown('second'), await isKnown('first')]).toEqual([true, true])
  })

  test('may be known to an issuer that cannot be asked', async () => {
    const { clock, issuer, keys, isKnown } = publishedKeys()
    await isKnown('first')
    expect(keys.isBehind()).toBe(false)
    clock.advance(10)
    issuer.isAway = true
    expect([await isKnown('second'), keys.isBehind()]).toEqual([false, true])
    clock.advance(10)
    issuer.isAway = false
    expect([await isKnown('second'), keys.isBehind()]).toEqual([false, false])
  })
})

describe('a key that was withdrawn', () => {
  test('goes a minute later: the request that notices its age is still answered, the next is not', async () => {
    const { clock, issuer, isKnown } = publishedKeys()
    await isKnown('first')
    issuer.published = ['second']
    clock.advance(MINUTE)
    expect(await isKnown('first')).toBe(true)
    expect(await isKnown('first')).toBe(false)
    expect(issuer.asked).toBe(2)
  })

  test('is asked for before it is used when nobody has asked for five minutes', async () => {
    const { clock, issuer, isKnown } = publishedKeys()
    await isKnown('first')
    issuer.published = ['second']
    clock.advance(5 * MINUTE)
    expect(await isKnown('first')).toBe(false)
  })

  test('goes though nothing is left', async () => {
    const { clock, issuer, keys, isKnown } = publishedKeys()
    await isKnown('first')
    issuer.published = []
    clock.advance(5 * MINUTE)
    expect([await isKnown('first'), await keys.areReady()]).toEqual([false, false])
  })
})

describe('an issuer that is away', () => {
  test('is bridged for an hour, and asked no more than once in ten seconds', async () => {
    const { clock, issuer, keys, isKnown } = publishedKeys()
    await isKnown('first')
    issuer.isAway = true
    for (let second = 0; second < 3600; second += 1) {
      clock.advance(1)
      expect(await isKnown('first')).toBe(true)
    }
    expect(issuer.asked).toBeGreaterThan(300)
    expect(issuer.asked).toBeLessThan(1 + 3600 / 10)
    clock.advance(1)
    expect([await isKnown('first'), await keys.areReady()]).toEqual([false, false])
    issuer.isAway = false
    clock.advance(2)
    expect([await isKnown('first'), await keys.areReady()]).toEqual([true, true])
  })

  test('from the start leaves nothing to judge by, and is asked again every two seconds', async () => {
    const { clock, issuer, keys, isKnown } = publishedKeys()
    issuer.isAway = true
    for (let count = 0; count < 20; count += 1) expect(await keys.areReady()).toBe(false)
    expect([issuer.asked, keys.retryAfterSeconds()]).toEqual([1, 2])
    clock.advance(1.5)
    expect([await keys.areReady(), issuer.asked, keys.retryAfterSeconds()]).toEqual([false, 1, 1])
    issuer.isAway = false
    clock.advance(0.5)
    expect([await keys.areReady(), await isKnown('first'), issuer.asked]).toEqual([true, true, 2])
  })

  test('and slow holds nobody up whose key is known', async () => {
    const { clock, issuer, isKnown } = publishedKeys()
    await isKnown('first')
    clock.advance(MINUTE)
    const { promise, resolve } = Promise.withResolvers<void>()
    issuer.held = promise
    for (let count = 0; count < 20; count += 1) expect(await isKnown('first')).toBe(true)
    expect(issuer.asked).toBe(2)
    resolve()
  })
})

test('a clock that is set back brings no key back and asks nobody more often', async () => {
  const { clock, issuer, isKnown } = publishedKeys()
  await isKnown('first')
  issuer.published = ['second']
  clock.advance(5 * MINUTE)
  await isKnown('first')
  clock.turnBack(4 * MINUTE)
  expect(await isKnown('first')).toBe(false)
  expect(issuer.asked).toBe(2)
})
