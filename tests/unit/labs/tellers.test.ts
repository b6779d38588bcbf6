import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { type LitStep, litBy, TELLING, type Tellers, tellersOf } from '../../../lib/labs/tellers.ts'
import { STEPS, type Step, type StepName } from '../../../lib/wire/steps.ts'
import { toExchanges } from '../../../lib/wire/view/exchanges.ts'
import { read } from '../../../scripts/lib/imports.ts'

const TELLERS: Tellers = tellersOf(read)
const namesOf = (step: string) =>
  (TELLERS[step] ?? []).map(({ mode, question, name }) => `${mode}/${question} ${name}`)

const TWINS_STEPS = Object.entries(STEPS)
  .filter(([, { source }]) => TELLING.includes(source))
  .map(([name, { source }]) => [name, source] as const)

test('every step of lib/auth is a twin’s, besides those of the guard and the throttle', () => {
  const others = Object.entries(STEPS)
    .filter(([, { source }]) => source.startsWith('lib/auth/') && !TELLING.includes(source))
    .map(([name]) => name)
  expect(others.sort()).toEqual(['access.granted', 'attempt.counted'])
  expect(TWINS_STEPS.length).toBeGreaterThan(30)
})

test.each(TWINS_STEPS)('%s, of %s, is told by a function that its file knows', (name, source) => {
  const tellers = TELLERS[name] ?? []
  expect(tellers.length).toBeGreaterThan(0)
  for (const teller of tellers) {
    const file = `lib/auth/${teller.mode}/${teller.question}.ts`
    if (/auth\/(session|token)\//.test(source) && tellers.length === 1) expect(file).toBe(source)
    expect(read(file)).toMatch(new RegExp(`(function|const) ${teller.name}\\b`))
    expect(teller.from.length).toBeGreaterThan(0)
  }
})

test('no other step is a twin’s', () => {
  expect(Object.keys(TELLERS).sort()).toEqual(TWINS_STEPS.map(([name]) => name).sort())
})

test('what tells on behalf of a function lights that function up', () => {
  expect(namesOf('cookie.sealed')).toEqual(['session/carrier send', 'token/carrier send'])
  expect(namesOf('token.signed')).toEqual(['token/issue reissue'])
  expect(namesOf('cookie.unsealed')).toEqual([
    'session/open open',
    'token/refresh refresh',
    'token/revoke revoke',
  ])
  expect(namesOf('revocation.checked')).toEqual(['token/standing ask'])
})

type Told = StepName | readonly [StepName, object]

/** The steps of a request that light functions up. */
function steps(target: string, ...told: Told[]): LitStep[] {
  const head = { method: 'POST', target, headers: [], instance: '1' }
  const all = [['request.received', head] as const, ...told].map((step, seq) => {
    const [name, detail] = typeof step === 'string' ? [step, {}] : step
    return { id: `t:${seq}`, traceId: 't', seq, name, detail, lane: 'server' } as unknown as Step
  })
  const [exchange] = toExchanges(all)
  if (!exchange) throw new Error('no exchange')
  return litBy(exchange, TELLERS)
}

/** The functions that light up for them, as `3 token/open open`. */
const lit = (target: string, ...told: Told[]) =>
  steps(target, ...told).map(
    ({ number, mode, question, name }) => `${number} ${mode}/${question} ${name}`,
  )

const session = { cookie: COOKIES.session }
const refresh = { cookie: COOKIES.refresh }

test('a request with a session lights up receive, open and standing', () => {
  const told = lit(
    '/api/notes?page=2',
    'mode.chosen',
    ['cookie.received', session],
    ['cookie.unsealed', session],
    'session.found',
    'access.granted',
  )
  expect(told).toEqual([
    '3 session/carrier receive',
    '4 session/open open',
    '5 session/standing standing',
  ])
})

test('of several functions that could have told a step, the one the request reached is lit', () => {
  expect(lit('/api/token/refresh', 'refresh.received', ['cookie.unsealed', refresh])).toEqual([
    '2 token/refresh refresh',
    '3 token/refresh refresh',
  ])
  expect(lit('/api/token/sign-out', 'refresh.received', 'family.ended', 'token.denied')).toEqual([
    '2 token/revoke revoke',
    '3 token/revoke revoke',
    '4 token/revoke revoke',
  ])
  expect(lit('/api/me', 'revocation.skipped')).toEqual(['2 token/standing standing'])
  expect(lit('/api/token/sign-out', 'revocation.skipped')).toEqual(['2 token/revoke revoke'])
  expect(lit('/api/me/password', 'refresh.rotated')).toEqual(['2 token/refresh renew'])
  expect(lit('/api/token/refresh', 'refresh.rotated')).toEqual(['2 token/refresh exchange'])
})

test('a cookie that is no credential, and what a flow did by itself, light up nothing', () => {
  expect(lit('/api/settings', ['cookie.set', { cookie: COOKIES.settings }])).toEqual([])
  expect(lit('/api/session/sign-in', ['cookie.set', session])).toEqual(['2 session/carrier send'])
  expect(lit('/api/token/sign-in', ['cookie.set', refresh])).toEqual(['2 token/carrier send'])
  expect(lit('/api/token/exchange', 'token.signed')).toEqual([])
  expect(lit('/api/token/revoke', 'token.denied')).toEqual([])
})

test('a step names the exports by which its request came to the function that told it', () => {
  const from = (target: string, name: StepName) => steps(target, name).flatMap(({ from }) => from)
  expect(from('/api/me', 'revocation.checked')).toEqual(['standing'])
  expect(from('/api/token/refresh', 'refresh.rotated')).toEqual(['refresh'])
  expect(from('/api/token/sign-in', 'token.signed')).toEqual(['issue'])
})
