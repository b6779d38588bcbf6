import { sealData, unsealData } from 'iron-session'
import { expect, test } from 'vitest'
import { derivePasswords, readConfig } from '../../lib/config.ts'

const GOOD = {
  NODE_ENV: 'test',
  AUTHSCOPE_SECRET: 'a secret that is long enough: forty or so',
  AUTHSCOPE_PEPPER: 'a pepper that is long enough: forty or so',
  DATABASE_URL: 'file:./data/authscope.db',
} as const

test('what is not said is the safe choice', () => {
  expect(readConfig(GOOD)).toEqual({
    secrets: [GOOD.AUTHSCOPE_SECRET],
    pepper: GOOD.AUTHSCOPE_PEPPER,
    databaseUrl: GOOD.DATABASE_URL,
    sessionStore: 'database',
    redisUrl: null,
    memcachedUrl: null,
    demo: false,
    instance: 'app-1',
    issuer: 'authscope',
    audience: 'authscope-api',
    bcryptCost: 12,
  })
})

test.each([
  ['AUTHSCOPE_SECRET', undefined],
  ['AUTHSCOPE_SECRET', ''],
  ['AUTHSCOPE_SECRET', 'short'],
  ['AUTHSCOPE_SECRET', `${'a'.repeat(40)},short`],
  ['AUTHSCOPE_SECRET', `${'a'.repeat(40)},`],
  ['AUTHSCOPE_SECRET', ' '.repeat(40)],
  ['AUTHSCOPE_PEPPER', undefined],
  ['AUTHSCOPE_PEPPER', 'short'],
  ['DATABASE_URL', ''],
  ['SESSION_STORE', 'paper'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'https://localhost'],
  ['MEMCACHED_URL', 'localhost:11211'],
  ['AUTHSCOPE_DEMO', 'yes'],
  ['AUTHSCOPE_INSTANCE', 'a\r\nSet-Cookie: x'],
  ['AUTHSCOPE_ISSUER', ''],
  ['AUTHSCOPE_AUDIENCE', ''],
  ['AUTHSCOPE_BCRYPT_COST', '4'],
  ['AUTHSCOPE_BCRYPT_COST', '16'],
  ['AUTHSCOPE_BCRYPT_COST', 'many'],
])('stops where %s is %j, and names it but never its value', (name, value) => {
  const read = () => readConfig({ ...GOOD, [name]: value })
  expect(read).toThrow(new RegExp(`^Set ${name}: `))
  if (value?.trim()) expect(read).not.toThrow(value)
})

test.each([
  ['redis', 'REDIS_URL', 'redis://localhost:6379'],
  ['memcached', 'MEMCACHED_URL', 'memcached://localhost:11211'],
])('the store %s needs %s', (store, name, url) => {
  expect(() => readConfig({ ...GOOD, SESSION_STORE: store })).toThrow(`Set ${name}: `)
  expect(readConfig({ ...GOOD, SESSION_STORE: store, [name]: url }).sessionStore).toBe(store)
})

test('names everything that is missing at once', () => {
  expect(() => readConfig({ NODE_ENV: 'test' })).toThrow(
    /^Set (?=.*AUTHSCOPE_SECRET)(?=.*AUTHSCOPE_PEPPER)(?=.*DATABASE_URL)/,
  )
})

test('each purpose and each secret has a key of its own, of 256 bits', () => {
  const secrets = ['a'.repeat(40), 'b'.repeat(40)]
  const keys = ['one', 'two'].flatMap(purpose =>
    secrets.flatMap(secret => Object.values(derivePasswords([secret], purpose))),
  )
  expect(new Set(keys).size).toBe(4)
  for (const key of keys) expect(Buffer.from(key, 'base64url')).toHaveLength(32)
  expect(keys.join()).not.toMatch(/aaaa|bbbb/)
  expect(derivePasswords(secrets, 'one')).toEqual(derivePasswords(secrets, 'one'))
})

test('a secret may move down the list, and off it, without what the newer ones sealed being lost', async () => {
  const [a, b, c] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)] as const
  const seal = (secrets: string[]) => sealData({ ok: 1 }, { password: derivePasswords(secrets, 'test'), ttl: 60 })
  const opens = async (sealed: string, secrets: string[]) =>
    'ok' in (await unsealData<object>(sealed, { password: derivePasswords(secrets, 'test'), ttl: 60 }))
  const [byA, byB] = [await seal([a]), await seal([b, a])]
  expect([await opens(byA, [a]), await opens(byA, [b, a]), await opens(byA, [c, b, a])]).toEqual([true, true, true])
  expect([await opens(byB, [b]), await opens(byB, [c, b]), await opens(byB, [c, a, b])]).toEqual([true, true, true])
  expect([await opens(byA, [b]), await opens(byA, [c, b]), await opens(byB, [a])]).toEqual([false, false, false])
})
