import { createHmac } from 'node:crypto'
import { compareSync, getRounds } from 'bcryptjs'
import { expect, onTestFinished, test } from 'vitest'
import { createPasswords } from '../../../lib/accounts/passwords.ts'

const PEPPER = 'a pepper for tests, of forty characters.'

function started({ pepper = PEPPER, cost = 4 } = {}) {
  const passwords = createPasswords({ pepper, cost })
  onTestFinished(() => passwords.close())
  const hash = async (password: string) => {
    const hashed = await passwords.hash(password)
    return hashed.ok ? hashed.value : ''
  }
  const matches = async (password: string, of: string | null) => {
    const verified = await passwords.verify(password, of)
    return verified.ok && verified.value
  }
  return { passwords, hash, matches }
}

test('a hash is bcrypt, at the cost that was asked for, over an HMAC of the password', async () => {
  const { hash } = started({ cost: 5 })
  const hashed = await hash('a password')
  expect(getRounds(hashed)).toBe(5)
  expect(compareSync(createHmac('sha384', PEPPER).update('a password').digest('base64'), hashed)).toBe(true)
  expect(compareSync('a password', hashed)).toBe(false)
})

test('a right password matches and a wrong one does not; two hashes of one are not the same', async () => {
  const { hash, matches } = started()
  const hashed = await hash('a password')
  expect(await hash('a password')).not.toBe(hashed)
  expect(await matches('a password', hashed)).toBe(true)
  for (const wrong of ['', 'A password', 'a password ', 'a\0password', 'a passwor'])
    expect(await matches(wrong, hashed)).toBe(false)
})

test('the whole of a password counts: past 72 bytes, and past NUL', async () => {
  const { hash, matches } = started()
  const long = await hash(`${'x'.repeat(72)}one`)
  expect(await matches(`${'x'.repeat(72)}two`, long)).toBe(false)
  expect(await matches(`${'x'.repeat(72)}one`, long)).toBe(true)
  const withNul = await hash('before\0after')
  expect(await matches('before\0other', withNul)).toBe(false)
  expect(await matches('before', withNul)).toBe(false)
})

test('without the pepper a hash opens to nobody', async () => {
  const hashed = await started().hash('a password')
  expect(await started({ pepper: 'another pepper, of forty characters too.' }).matches('a password', hashed)).toBe(
    false,
  )
})

test('an account that does not exist has a hash that nothing matches', async () => {
  const { matches, passwords } = started()
  await passwords.warmUp()
  for (const password of ['', 'a password', 'undefined', 'null']) expect(await matches(password, null)).toBe(false)
})

test.each(['', 'x', '$2b$04$tooshort', '$2b$04$'.padEnd(60, '!')])(
  'what is stored may be damaged: %j matches nothing',
  async hash => {
    const { passwords } = started()
    const verified = await passwords.verify('a password', hash).catch(() => 'thrown')
    expect(verified).not.toEqual({ ok: true, value: true })
    // And whoever comes next is served.
    expect(await passwords.hash('a password')).toMatchObject({ ok: true })
  },
)

test('a full queue turns work away at once, and everything it took is done', async () => {
  const { passwords, hash } = started()
  const work = Array.from({ length: 200 }, () => passwords.hash('a password'))
  const done = await Promise.all(work)
  const busy = done.filter(result => !result.ok)
  expect(busy.length).toBeGreaterThanOrEqual(100)
  expect(busy.length).toBeLessThan(200 - 64)
  for (const result of busy) expect(result).toEqual({ ok: false, reason: 'passwords_busy', retryAfterSeconds: 5 })
  expect(await hash('a password')).toMatch(/^\$2/)
})

test('a hash that could not be made for unknown accounts is made later: no refusal is kept', async () => {
  const { passwords } = started()
  const storm = Promise.all(Array.from({ length: 200 }, () => passwords.hash('a password')))
  await passwords.warmUp()
  await storm
  expect(await passwords.verify('a password', null)).toEqual({ ok: true, value: false })
})
