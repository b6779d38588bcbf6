import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { CHECKS, judge, type Verdict } from '../../../../lib/labs/inspector/checks.ts'
import { applyPreset, type Preset } from '../../../../lib/labs/inspector/presets.ts'
import { readToken, withMember } from '../../../../lib/labs/inspector/reading.ts'

const NOW = new Date('2026-01-01T12:00:00Z')
const RULES = { issuer: 'authscope', audience: 'authscope', now: NOW }
const IAT = NOW.getTime() / 1000
const CLAIMS = {
  iss: 'authscope',
  aud: 'authscope',
  sub: 'someone',
  iat: IAT,
  exp: IAT + 300,
  jti: 'j1',
  sid: 's1',
  ver: 'v1',
  role: 'reader',
}

let published: JWK[]
let sign: (claims?: object, header?: object) => Promise<string>

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  published = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }]
  sign = (claims = {}, header = {}) =>
    new SignJWT({ ...CLAIMS, ...claims })
      .setProtectedHeader({ typ: 'at+jwt', alg: 'ES256', kid: 'k1', ...header })
      .sign(privateKey)
})

const states = ({ steps }: Verdict) => steps.map(({ state }) => state)
const fallen = ({ steps }: Verdict) =>
  steps.find(({ state }) => state === 'refused' || state === 'unknowable')
const supposed = ({ steps }: Verdict) => steps.find(step => step.supposed === 'refused')

test('passes every check where the server would', async () => {
  const verdict = await judge(await sign(), RULES, published)
  expect(verdict.outcome).toBe('accepted')
  expect(states(verdict)).toEqual(CHECKS.map(() => 'passed'))
})

test.each([
  ['addressee', 'token.issuer_refused', { iss: 'somebody else' }],
  ['addressee', 'token.audience_refused', { aud: 'another-service' }],
  ['time', 'token.expired', { iat: IAT - 400, exp: IAT - 100 }],
  ['time', 'token.expired', { iat: IAT - 300, exp: IAT }],
  ['time', 'token.claims_refused', { exp: 'tomorrow' }],
  ['time', 'token.not_yet_valid', { nbf: IAT + 100 }],
  ['claims', 'token.claims_refused', { sub: 7 }],
  ['claims', 'token.claims_refused', { exp: (IAT + 300) * 1000 }],
  ['lifetime', 'token.not_yet_valid', { iat: IAT + 60 }],
  ['lifetime', 'token.lifetime_refused', { exp: IAT + 301 }],
])('falls at %s with %s, and reaches nothing behind it', async (check, reason, claims) => {
  const verdict = await judge(await sign(claims), RULES, published)
  const at = CHECKS.indexOf(check as 'time')
  expect(fallen(verdict)).toMatchObject({ check, refusal: { reason } })
  expect(states(verdict)).toEqual(
    CHECKS.map((_, index) => (index < at ? 'passed' : index === at ? 'refused' : 'not_reached')),
  )
})

test.each([
  ['role', 'signature', 'token.signature_wrong'],
  ['exp', 'signature', 'token.signature_wrong'],
  ['audience', 'signature', 'token.signature_wrong'],
  ['milliseconds', 'signature', 'token.signature_wrong'],
  ['none', 'shape', 'token.malformed'],
  ['hmac', 'key', 'token.algorithm_refused'],
  ['spelling', 'shape', 'token.malformed'],
])('the preset %s falls at %s', async (preset, check, reason) => {
  const altered = await applyPreset(preset as Preset, readToken(await sign()), published)
  expect(fallen(await judge(altered ?? '', RULES, published))).toMatchObject({
    check,
    refusal: { reason },
  })
})

test.each([
  ['role', undefined],
  ['exp', { check: 'lifetime', refusal: { reason: 'token.lifetime_refused' } }],
  ['audience', { check: 'addressee', refusal: { reason: 'token.audience_refused' } }],
  ['milliseconds', { check: 'claims', refusal: { reason: 'token.claims_refused' } }],
])(
  'tells what else is wrong with the preset %s, were it rightly signed',
  async (preset, expected) => {
    const altered = await applyPreset(preset as Preset, readToken(await sign()), published)
    const found = supposed(await judge(altered ?? '', RULES, published))
    if (expected) expect(found).toMatchObject(expected)
    else expect(found).toBeUndefined()
  },
)

test('a token with its signature, but alg none or one unknown, falls at the header', async () => {
  for (const alg of ['none', 'HS512']) {
    const altered = withMember(readToken(await sign()), 'header', 'alg', alg)
    expect(fallen(await judge(altered, RULES, published))).toMatchObject({
      check: 'header',
      refusal: { reason: 'token.algorithm_refused' },
    })
  }
})

test('says of HS256 that only the server can know, and still judges the rest', async () => {
  const altered = withMember(readToken(await sign({ exp: IAT + 900 })), 'header', 'alg', 'HS256')
  const shared = withMember(readToken(altered), 'header', 'kid', 'not-published')
  const verdict = await judge(shared, RULES, published)
  expect(verdict.outcome).toBe('unknowable')
  expect(fallen(verdict)).toMatchObject({ check: 'key', state: 'unknowable' })
  expect(supposed(verdict)).toMatchObject({
    check: 'lifetime',
    refusal: { reason: 'token.lifetime_refused' },
  })
})

test('a key that is not published is unknown, and nothing is supposed of it', async () => {
  const verdict = await judge(await sign({}, { kid: 'k2' }), RULES, published)
  expect(fallen(verdict)).toMatchObject({ check: 'key', refusal: { reason: 'token.key_unknown' } })
  expect(verdict.steps.every(step => step.supposed === null)).toBe(true)
})
