import { describe, expect, test } from 'vitest'
import { challengeFor, PROBLEMS, problemOf } from '../../../lib/http/problems.ts'
import { toProblem, toResponse } from '../../../lib/http/reply.ts'
import { type Reason, refuse } from '../../../lib/http/result.ts'
import { MODES } from '../../../lib/settings/settings.ts'

const REASONS = Object.keys(PROBLEMS) as Reason[]

test.each(REASONS)('%s has a status, a stable code and a sentence', reason => {
  const { status, code, title } = problemOf(reason)
  expect([400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503]).toContain(status)
  expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
  expect(title).toMatch(/^[A-Z].*\.$/)
})

test('only what is declared is a 5xx', () => {
  const fives = REASONS.filter(reason => problemOf(reason).status >= 500)
  expect(fives.map(reason => [reason, problemOf(reason).status])).toEqual([
    ['internal', 500],
    ['passwords_busy', 503],
    ['store_unavailable', 503],
    ['keys_unavailable', 503],
  ])
})

test.each(['session', 'token'])(
  'all that can be wrong with a %s credential that was sent is one answer',
  kind => {
    const reasons = REASONS.filter(reason => reason.startsWith(`${kind}.`))
    const told = reasons
      .filter(reason => !/missing|header_malformed/.test(reason))
      .map(reason => problemOf(reason))
    expect(told.length).toBeGreaterThan(5)
    expect(new Set(told.map(problem => JSON.stringify(problem))).size).toBe(1)
    expect(told[0]).toMatchObject({ status: 401, code: `invalid_${kind}` })
  },
)

describe('challenges', () => {
  test.each(REASONS)('%s is challenged where it is a 401, by the mode that was asked', reason => {
    const { status } = problemOf(reason)
    for (const mode of MODES) {
      const challenge = challengeFor(reason, mode)
      if (reason === 'client_unknown') expect(challenge).toBe('Basic realm="authscope"')
      else if (status === 401)
        expect(challenge).toMatch(
          mode === 'session' ? /^Session realm="authscope"$/ : /^Bearer realm="authscope"/,
        )
      else if (mode === 'session') expect(challenge).toBeNull()
    }
  })

  test.each([
    ['token.missing', 'Bearer realm="authscope"'],
    ['token.header_malformed', 'Bearer realm="authscope", error="invalid_request"'],
    ['token.expired', 'Bearer realm="authscope", error="invalid_token"'],
    ['token.revoked', 'Bearer realm="authscope", error="invalid_token"'],
    ['role_too_low', 'Bearer realm="authscope", error="insufficient_scope"'],
    ['refresh.reused', 'Bearer realm="authscope"'],
    ['refresh.raced', null],
    ['not_found', null],
    ['store_unavailable', null],
  ] as const)('in token mode %s says %s', (reason, challenge) => {
    expect(challengeFor(reason, 'token')).toBe(challenge)
  })
})

test.each([
  ['store_unavailable', undefined, '5'],
  ['passwords_busy', 7, '7'],
  ['too_many_attempts', 900, '900'],
  ['not_found', undefined, null],
] as const)('%s after %s seconds: Retry-After %s', (reason, retryAfterSeconds, header) => {
  const { headers } = toProblem(
    refuse(reason, retryAfterSeconds ? { retryAfterSeconds } : {}),
    'session',
  )
  expect(new Headers(headers).get('retry-after')).toBe(header)
})

test('an answer to HEAD has the headers alone', async () => {
  const facts = { instance: 'i', traceId: 't', cookies: ['a=b', 'c=d'], isSecure: false }
  const head = toResponse({ status: 200, body: { a: 1 } }, { ...facts, isHead: true })
  expect(await head.text()).toBe('')
  expect(head.headers.get('content-type')).toBe('application/json')
  expect(head.headers.getSetCookie()).toEqual(['a=b', 'c=d'])
  expect(
    await toResponse({ status: 200, body: { a: 1 } }, { ...facts, isHead: false }).json(),
  ).toEqual({ a: 1 })
})
