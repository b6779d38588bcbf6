import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { ROLES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient, type Init } from '../../fixtures/client.ts'
import { CONTRACT, METHODS } from '../../fixtures/contract.ts'
import { portion, seeds } from '../../fixtures/portion.ts'

const ROUNDS = portion(200, 400)

/** The same odd requests each time: a seeded generator (mulberry32). */
function createDice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    pick: <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T,
    chance: (p: number) => next() < p,
  }
}

const ODD = [
  '',
  ' ',
  '\0',
  '\ud800',
  '＠',
  '😀'.repeat(70),
  '\'; DROP TABLE "User"; --',
  '%00',
  '../..',
  '\u202e',
  'a'.repeat(5000),
]
const VALUES = [
  ...ODD,
  null,
  true,
  -1,
  1e308,
  [],
  {},
  [[[]]],
  { $gt: '' },
  { contains: '@' },
  'reader@test.example',
]
const MEMBERS = [
  'email',
  'password',
  'name',
  'title',
  'body',
  'role',
  'disabled',
  'current',
  'next',
  'mode',
  'idleSeconds',
]
const RAW = ['', '{', 'null', '[]', '"', '\u0000', '{"a":1e999}', '[[[[', 'a=b&c=d', '\ufeff{}']
const IDS = [
  'x',
  '%00',
  '%F0%9F%98%80',
  '..%2f..',
  '%27%20OR%201%3D1',
  'a'.repeat(3000),
  '%E2%80%AE',
  'undefined',
]
const HEADERS: Record<string, string[]> = {
  'content-type': [
    '',
    'text/plain',
    'application/json; charset=x',
    'application/json',
    '\t',
    'a'.repeat(500),
  ],
  'content-length': ['-1', 'x', '1e9', '0', '99999999999999999999'],
  authorization: [
    'Bearer',
    'Bearer ..',
    'Bearer a.b.c',
    `Bearer ${'e'.repeat(9000)}`,
    'Basic Og==',
    '\u00ff',
    'Bearer e30.e30.e30',
  ],
  cookie: [
    `${COOKIES.session}=Fe26.2**`,
    `${COOKIES.session}=Fe26.2*__proto__*a*b*c*d*e*f~2`,
    `${COOKIES.session}=Fe26.2*1*a*b*c*99999999999999*e*f~2`,
    `${COOKIES.refresh}=${'*'.repeat(4000)}`,
    `${COOKIES.settings}=%7B%7D`,
    `${COOKIES.keptSession}=x; ${COOKIES.keptToken}=%; ${COOKIES.wire}=y`,
    `=; ;;=;${COOKIES.session}`,
    `${COOKIES.session}=a; ${COOKIES.session}=b`,
    '\u00ff=\u00ff',
  ],
  'auth-mode': ['session', 'token', 'x', '\u00e9'],
  'wire-channel': ['x', 'aaaa-aaaa-aaaa', '\u00e9'],
  'sec-fetch-site': ['cross-site', 'none', '\u00ff'],
  origin: ['null', 'javascript:', '\u00ff'],
  host: ['', 'a b', '[::1', '\u00ff'],
  'x-forwarded-for': [
    '',
    '::',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8',
    '\u00ff',
    'a'.repeat(300),
  ],
  'user-agent': ['', '\u00ff', 'a'.repeat(2000)],
  'last-event-id': ['\u00ff', '1'],
  'accept-language': ['\u00ff', 'ko'],
}

const seen = new Set<number>()

test.each(seeds([1, 2], [1, 2, 3, 4]))(
  'no request, however malformed, is answered with a 5xx (seed %i)',
  async seed => {
    const app = await startApp()
    for (const role of ROLES) await createAccount(app, role)
    // Signed in both ways as the one who may do most, so that the odd requests get past the guard
    // as well.
    const client = createClient(app)
    await client.signIn('session', 'admin@test.example')
    await client.signIn('token', 'admin@test.example')
    const { pick, chance } = createDice(seed)
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = pick(Object.keys(CONTRACT))
      const target = path.replace('[id]', () => pick(IDS)).replace('[...unknown]', () => pick(IDS))
      const method = pick(METHODS)
      const init: Init = { method, headers: {} }
      for (const name of Object.keys(HEADERS)) {
        if (chance(0.12)) Object.assign(init.headers ?? {}, { [name]: pick(HEADERS[name] ?? []) })
      }
      if (!['GET', 'HEAD'].includes(method)) {
        if (chance(0.3)) init.rawBody = pick(RAW)
        else if (chance(0.8))
          init.body = Object.fromEntries(
            MEMBERS.filter(() => chance(0.3)).map(name => [name, pick(VALUES)]),
          )
      }
      const response = await client.deliver(target, init)
      await response.body?.cancel()
      seen.add(response.status)
      expect(response.status, JSON.stringify({ target, ...init })).toBeLessThan(500)
      // The password pool has its own limit of what may wait; here nothing waits.
      await app.database.attempt.deleteMany()
    }
    expect(app.log.join('')).not.toContain('"event":"failure"')
  },
)

test('they did get everywhere: past the edge, past the guard, and through', () => {
  expect([...seen]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 405, 422]))
})

test.each(ODD)('signs nobody in by the odd text %j, and is not thrown by it', async odd => {
  const app = await startApp()
  for (const mode of ['session', 'token'] as const) {
    const byEmail = await createClient(app).signIn(mode, odd)
    const byPassword = await createClient(app).signIn(mode, 'reader@test.example', odd)
    // Longer than anybody's could be: 422 for everybody alike.
    expect([401, 422]).toContain(byEmail.status)
    expect([401, 422]).toContain(byPassword.status)
  }
  expect(app.log.join('')).not.toContain('"event":"failure"')
})
