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
    wire: false,
    instance: 'app-1',
    issuer: 'authscope',
    audience: 'authscope-api',
    algorithm: 'ES256',
    serviceAudiences: ['authscope-reports'],
    clients: {},
    corsOrigins: [],
    reportsOrigin: null,
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
  ['AUTHSCOPE_SECRET', 'a'.repeat(40)],
  ['AUTHSCOPE_PEPPER', 'abcabcabcabcabcabcabcabcabcabcabcabcabc'],
  ['DATABASE_URL', ''],
  ['SESSION_STORE', 'paper'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'https://localhost'],
  ['MEMCACHED_URL', 'localhost:11211'],
  ['AUTHSCOPE_DEMO', 'yes'],
  ['AUTHSCOPE_WIRE', 'yes'],
  ['AUTHSCOPE_INSTANCE', 'a\r\nSet-Cookie: x'],
  ['AUTHSCOPE_ISSUER', 'a b'],
  ['AUTHSCOPE_AUDIENCE', 'a\nb'],
  ['AUTHSCOPE_ALGORITHM', 'none'],
  ['AUTHSCOPE_ALGORITHM', 'HS512'],
  ['AUTHSCOPE_SERVICE_AUDIENCES', 'authscope-api'],
  ['AUTHSCOPE_SERVICE_AUDIENCES', 'a b'],
  ['AUTHSCOPE_CLIENTS', 'reports'],
  ['AUTHSCOPE_CLIENTS', 'reports:short'],
  ['AUTHSCOPE_CLIENTS', 'a-secret-that-is-long-enough-and-no-id-before-it'],
  [
    'AUTHSCOPE_CLIENTS',
    'reports:a secret that is long enough: one of two,reports:a secret that is long enough: two of two',
  ],
  ['AUTHSCOPE_CLIENTS', ':a secret that is long enough: forty or so'],
  ['AUTHSCOPE_REPORTS_ORIGIN', 'localhost:3100'],
  ['AUTHSCOPE_CORS_ORIGINS', '*'],
  ['AUTHSCOPE_CORS_ORIGINS', 'null'],
  ['AUTHSCOPE_CORS_ORIGINS', 'https://app.example/'],
  ['AUTHSCOPE_CORS_ORIGINS', 'ftp://app.example'],
  ['AUTHSCOPE_CORS_ORIGINS', 'https://app.example,app.example'],
  ['AUTHSCOPE_BCRYPT_COST', '4'],
  ['AUTHSCOPE_BCRYPT_COST', '16'],
  ['AUTHSCOPE_BCRYPT_COST', 'many'],
])('stops where %s is %j, and names it but never its value', (name, value) => {
  const read = () => readConfig({ ...GOOD, [name]: value })
  expect(read).toThrow(new RegExp(`^Set ${name} to `))
  if ((value?.length ?? 0) > 20) expect(read).not.toThrow(value)
})

test.each([
  ['redis', 'REDIS_URL', 'redis://localhost:6379'],
  ['memcached', 'MEMCACHED_URL', 'memcached://localhost:11211'],
])('the store %s needs %s', (store, name, url) => {
  expect(() => readConfig({ ...GOOD, SESSION_STORE: store })).toThrow(`Set ${name} to `)
  expect(readConfig({ ...GOOD, SESSION_STORE: store, [name]: url }).sessionStore).toBe(store)
})

test('names everything that is missing at once', () => {
  expect(() => readConfig({ NODE_ENV: 'test' })).toThrow(
    /^Set AUTHSCOPE_SECRET .*\nSet AUTHSCOPE_PEPPER .*\nSet DATABASE_URL .*$/,
  )
})

test('reads clients, origins and audiences as lists', () => {
  const secret = 'a secret that is long enough: forty or so'
  const read = readConfig({
    ...GOOD,
    AUTHSCOPE_CLIENTS: `reports:${secret}, billing:${secret}`,
    AUTHSCOPE_CORS_ORIGINS: 'https://app.example, http://localhost:4000',
    AUTHSCOPE_SERVICE_AUDIENCES: 'reports,billing',
  })
  expect(read.clients).toEqual({ reports: secret, billing: secret })
  expect(read.corsOrigins).toEqual(['https://app.example', 'http://localhost:4000'])
  expect(read.serviceAudiences).toEqual(['reports', 'billing'])
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
  const seal = (secrets: string[]) =>
    sealData({ ok: 1 }, { password: derivePasswords(secrets, 'test'), ttl: 60 })
  const opens = async (sealed: string, secrets: string[]) =>
    'ok' in
    (await unsealData<object>(sealed, { password: derivePasswords(secrets, 'test'), ttl: 60 }))
  const [byA, byB] = [await seal([a]), await seal([b, a])]
  expect([await opens(byA, [a]), await opens(byA, [b, a]), await opens(byA, [c, b, a])]).toEqual([
    true,
    true,
    true,
  ])
  expect([await opens(byB, [b]), await opens(byB, [c, b]), await opens(byB, [c, a, b])]).toEqual([
    true,
    true,
    true,
  ])
  expect([await opens(byA, [b]), await opens(byA, [c, b]), await opens(byB, [a])]).toEqual([
    false,
    false,
    false,
  ])
})

test.each([
  [{}, false],
  [{ AUTHSCOPE_WIRE: '1' }, true],
  [{ AUTHSCOPE_DEMO: '1' }, true],
  [{ AUTHSCOPE_DEMO: '1', AUTHSCOPE_WIRE: '0' }, false],
])('there is a wire in demo mode, and where it is asked for: %j', (environment, wire) => {
  expect(readConfig({ ...GOOD, ...environment } as unknown as NodeJS.ProcessEnv).wire).toBe(wire)
})
