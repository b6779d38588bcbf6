import { expect, test } from 'vitest'
import type { Algorithm } from '../../../lib/settings/settings.ts'
import { portion } from '../../fixtures/portion.ts'
import {
  ALGORITHMS,
  accepted,
  forge,
  type Json,
  REFUSED,
  tokenHolder,
} from '../../fixtures/tokens.ts'

/** Claims are read alike whatever they are signed by: `npm run soak` shows it for each. */
const SIGNED_BY = portion<readonly Algorithm[]>(['ES256'], ALGORITHMS)

const WRONG: unknown[] = [
  undefined,
  null,
  '',
  0,
  1,
  -1,
  1.5,
  true,
  [],
  {},
  ['x'],
  { toString: 'x' },
  ' ',
  'a b',
  'a'.repeat(65),
  '\0',
  '＠',
]
const NAMES = ['sub', 'jti', 'sid', 'role', 'iss', 'aud'] as const
const DATES = ['iat', 'exp'] as const

test.each(SIGNED_BY)(
  '%s: refuses every claim with a wrong type or value, signed by the server itself',
  async algorithm => {
    const { app, present, resign } = await tokenHolder(algorithm)
    for (const claim of NAMES)
      for (const value of WRONG)
        expect({
          claim,
          value,
          ...(await present(resign({ claims: { [claim]: value } }))),
        }).toMatchObject({
          claim,
          value,
          ...REFUSED,
        })
    for (const claim of DATES)
      for (const value of [...WRONG, '1', 2 ** 53, -(2 ** 31), Number.MIN_VALUE])
        expect({
          claim,
          value,
          ...(await present(resign({ claims: { [claim]: value } }))),
        }).toMatchObject({
          claim,
          value,
          ...REFUSED,
        })
    expect(app.log.join('')).not.toContain('"event":"failure"')
  },
)

/** Each as a change of good claims; `now` is what the server's clock says. */
const HOSTILE: Record<string, (claims: Json, now: number) => Json> = {
  'an expiry in milliseconds': (_, now) => ({ exp: (now + 100) * 1000 }),
  'an issue in milliseconds': (_, now) => ({ iat: now * 1000 }),
  'ten years of life': (_, now) => ({ exp: now + 10 * 365 * 24 * 3600 }),
  'a second more life than there is': ({ iat }) => ({ exp: Number(iat) + 301 }),
  'an issue too far ahead': (_, now) => ({ iat: now + 11, exp: now + 60 }),
  'an expiry at its issue': (_, now) => ({ iat: now + 4, exp: now + 4 }),
  'an expiry before its issue': (_, now) => ({ iat: now + 5, exp: now + 3 }),
  'an expiry in the past': (_, now) => ({ iat: now - 100, exp: now - 1 }),
  'an expiry now': (_, now) => ({ iat: now - 100, exp: now }),
  'another audience': () => ({ aud: 'reports' }),
  'the audience and another': () => ({ aud: ['authscope-api', 'reports'] }),
  'the audience in a list': () => ({ aud: ['authscope-api'] }),
  'the audience with a tail': () => ({ aud: 'authscope-api ' }),
  'another issuer': () => ({ iss: 'https://evil.example' }),
  'the issuer in capitals': () => ({ iss: 'AUTHSCOPE' }),
  'the issuer in a list': () => ({ iss: ['authscope'] }),
  'a role that does not exist': () => ({ role: 'root' }),
  'two roles': () => ({ role: ['admin', 'reader'] }),
  'no version': () => ({ ver: undefined }),
  'a version that is a number': () => ({ ver: 1 }),
  'two versions': ({ ver }) => ({ ver: [ver] }),
  'an empty version': () => ({ ver: '' }),
  'an unknown claim': () => ({ admin: true }),
  'a not-before': (_, now) => ({ nbf: now - 10 }),
  'a prototype': () => JSON.parse('{"__proto__":{"role":"admin"}}'),
  'a subject that is an address': () => ({ sub: 'admin@test.example' }),
  'revocation in another word': () => ({ revocation: 'off' }),
  'revocation twice over': () => ({ revocation: ['none'] }),
}

test.each(SIGNED_BY)(
  '%s: refuses what the server would not have written, though it signed it',
  async algorithm => {
    const { app, claims, present, resign } = await tokenHolder(algorithm)
    const now = Math.floor(app.clock.now().getTime() / 1000)
    for (const [name, change] of Object.entries(HOSTILE)) {
      const forged = resign({ claims: change(claims, now) })
      expect({ name, ...(await present(forged)) }).toMatchObject({ name, ...REFUSED })
    }
    // The same tool with good values passes: at most as far ahead as clocks may be apart, and
    // within its 300 seconds.
    expect(await present(resign({ claims: { iat: now + 10, exp: now + 310 } }))).toMatchObject(
      accepted(algorithm),
    )
  },
)

test.each(SIGNED_BY)('%s: refuses any type of token but its own', async algorithm => {
  const { present, resign } = await tokenHolder(algorithm)
  for (const typ of [
    undefined,
    null,
    '',
    'JWT',
    'jwt',
    'AT+JWT',
    'application/at+jwt',
    'rt+jwt',
    'id+jwt',
    ['at+jwt'],
    1,
  ])
    expect({ typ, ...(await present(resign({ header: { typ } }))) }).toMatchObject({
      typ,
      ...REFUSED,
    })
})

test.each(SIGNED_BY)(
  '%s: refuses JSON that two readers could read differently',
  async algorithm => {
    const { key, header, claims, present } = await tokenHolder(algorithm)
    const head = JSON.stringify(header)
    const body = JSON.stringify(claims)
    const tail = body.slice(1)
    const forgeries: Record<string, [header: string, payload: string]> = {
      'a claim twice': [head, `{"role":"reader",${tail}`],
      'a claim twice, once escaped': [head, `{"\\u0072ole":"reader",${tail}`],
      'the subject twice, both the same': [head, `{"sub":${JSON.stringify(claims.sub)},${tail}`],
      'the expiry twice': [head, `${body.slice(0, -1)},"exp":${claims.exp}}`],
      'an expiry without an end': [head, body.replace(/"exp":\d+/, '"exp":1e400')],
      'an expiry in exponents': [head, body.replace(/"exp":(\d+)/, '"exp":$1.5e0')],
      'a byte order mark': [head, `\ufeff${body}`],
      'two values': [head, `${body}{}`],
      'a list': [head, `[${body}]`],
      null: [head, 'null'],
      'a string': [head, '"claims"'],
      'no JSON': [head, 'sub=1'],
      'an algorithm twice': [`{"alg":"none",${head.slice(1)}`, body],
      'a kid twice': [`{"kid":"x",${head.slice(1)}`, body],
      'a kid twice, once escaped': [`{"\\u006bid":"x",${head.slice(1)}`, body],
      'a header with a mark': [`\ufeff${head}`, body],
      'a header that is a list': [`[${head}]`, body],
      'a header that is null': ['null', body],
      'a header that is no JSON': ['alg=none', body],
    }
    for (const [name, [first, second]] of Object.entries(forgeries))
      expect({ name, ...(await present(forge(algorithm, key, first, second))) }).toMatchObject({
        name,
        ...REFUSED,
      })
    // Only what differs in meaning is refused: spaces do not.
    expect(
      await present(forge(algorithm, key, head, JSON.stringify(claims, null, 2))),
    ).toMatchObject(accepted(algorithm))
  },
)
