import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { STEPS, type Step, type StepDetails, type StepName } from '../../../../lib/wire/steps.ts'
import { credentialsOf, tokenOf } from '../../../../lib/wire/view/credentials.ts'
import { toCurl } from '../../../../lib/wire/view/curl.ts'
import {
  answerOf,
  lanesOf,
  requestOf,
  tellingStep,
  toExchanges,
} from '../../../../lib/wire/view/exchanges.ts'
import { toHar } from '../../../../lib/wire/view/har.ts'

let count = 0

function step<N extends StepName>(traceId: string, name: N, detail: StepDetails[N]): Step {
  count += 1
  const { lane } = STEPS[name]
  const at = '2030-01-02T03:04:05.678Z'
  return {
    id: `${traceId}:${count}`,
    traceId,
    seq: count,
    at,
    durationMicros: 1500,
    lane,
    name,
    detail,
  } as Step
}

const received = (traceId: string, target = '/api/me', headers: [string, string][] = []) =>
  step(traceId, 'request.received', { method: 'GET', target, headers, instance: 'i' })
const sent = (traceId: string, status = 200) =>
  step(traceId, 'response.sent', {
    status,
    headers: [['content-type', 'application/json']],
    body: { a: 1 },
  })

test('steps are put together by request, in the order they happened, however they arrive', () => {
  const steps = [received('a'), received('b'), sent('a'), sent('b')]
  const exchanges = toExchanges([...steps].reverse())
  expect(exchanges.map(exchange => exchange.traceId).sort()).toEqual(['a', 'b'])
  for (const { steps } of exchanges)
    expect(steps.map(step => step.name)).toEqual(['request.received', 'response.sent'])
})

test('what a terminal sent is marked, and is not what the browser holds', () => {
  const signed = { token: 'aaa', header: {}, claims: { exp: 1_900_000_000 } }
  const exchanges = toExchanges([
    received('a', '/api/me', [['wire-channel', 'x']]),
    step('a', 'token.signed', signed),
  ])
  expect(exchanges[0]?.isTerminal).toBe(true)
  expect(credentialsOf(exchanges).token).toBeNull()
  expect(
    credentialsOf(toExchanges([received('b'), step('b', 'token.signed', signed)])).token
      ?.accessToken,
  ).toBe('aaa')
})

test('what is held is what was told last', () => {
  const key = { head: 'k', length: 43, hash: '00000000' }
  const limits = { idleExpiresAt: 'soon', absoluteExpiresAt: 'later' }
  const created = step('a', 'session.created', { key, userId: 'u', role: 'reader', ...limits })
  expect(credentialsOf(toExchanges([created])).session).toMatchObject(limits)
  expect(
    credentialsOf(toExchanges([created, step('b', 'session.deleted', { key })])).session,
  ).toBeNull()
})

test('only the parts that took part are drawn, in their order', () => {
  expect(lanesOf([])).toEqual(['browser', 'server'])
  expect(lanesOf(toExchanges([received('a'), step('a', 'notes.read', { count: 0 })]))).toEqual([
    'browser',
    'server',
    'store',
  ])
})

test('what went wrong is looked at first, else what was done, and never what merely passed', () => {
  const passed = step('a', 'origin.checked', { passed: true, by: 'neither', value: null })
  const written = step('a', 'note.written', { id: 'n' })
  const refused = step('b', 'access.refused', { code: 'c', reason: 'r', status: 403 })
  const [done, failed] = toExchanges([
    received('a'),
    passed,
    written,
    sent('a', 201),
    received('b'),
    refused,
    sent('b', 403),
  ])
  expect(done && tellingStep(done)?.name).toBe('note.written')
  expect(failed && tellingStep(failed)?.name).toBe('access.refused')
})

test('request and answer are read back as they were', () => {
  const [exchange] = toExchanges([received('a', '/api/me?x=1', [['x-one', 'two']]), sent('a', 201)])
  expect(exchange && requestOf(exchange)).toEqual({
    method: 'GET',
    target: '/api/me?x=1',
    headers: [['x-one', 'two']],
    body: undefined,
  })
  expect(exchange && answerOf(exchange)).toMatchObject({
    status: 201,
    body: { a: 1 },
    micros: 1500,
  })
})

test('a command for a terminal says to a shell what was meant, whatever is in it', () => {
  const hostile = `'; touch /tmp/x; echo '$(id)\`id\`\\"`
  const request = {
    method: 'POST',
    target: `/api/notes?${hostile}`,
    headers: [['x-odd', hostile] as [string, string]],
    body: { title: hostile, password: '•••' },
  }
  const command = toCurl(request, 'http://localhost:3000', 'aaaa-bbbb-cccc')
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`
  const words = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
  expect(words).toEqual([
    ...['-i', '-X', 'POST', `http://localhost:3000/api/notes?${hostile}`],
    ...['-H', `x-odd: ${hostile}`, '-H', 'Wire-Channel: aaaa-bbbb-cccc'],
    ...['--data', JSON.stringify({ title: hostile, password: 'YOUR PASSWORD' })],
  ])
})

test('a command carries no cookie: it takes one from a jar', () => {
  const headers: [string, string][] = [
    ['cookie', '__Host-session=Fe26… (312) #a41e07b2'],
    ['content-length', '2'],
    ['sec-fetch-site', 'same-origin'],
  ]
  const command = toCurl(
    { method: 'GET', target: '/api/me', headers, body: undefined },
    'http://localhost:3000',
    null,
  )
  expect(command).not.toMatch(/Fe26|content-length|sec-fetch/)
  expect(command).toContain('-b cookies.txt')
})

test('a recording is HAR 1.2, with an entry for each exchange that was answered', () => {
  const har = toHar(
    toExchanges([received('a', '/api/me?x=1'), sent('a'), received('b')]),
    'http://localhost:3000',
  )
  expect(har.log).toMatchObject({ version: '1.2', creator: { name: 'Authscope' } })
  expect(har.log.entries).toHaveLength(1)
  expect(har.log.entries[0]).toMatchObject({
    startedDateTime: '2030-01-02T03:04:05.678Z',
    time: 1.5,
    request: {
      method: 'GET',
      url: 'http://localhost:3000/api/me?x=1',
      queryString: [{ name: 'x', value: '1' }],
    },
    response: { status: 200 },
  })
})

test('a command has no fingerprint in it: a token that this page does not hold is left to be put in', () => {
  const headers: [string, string][] = [
    ['authorization', 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJh.AbC-_dEf… (86) #a41e07b2'],
  ]
  const request = { method: 'GET', target: '/api/me', headers, body: undefined }
  expect(toCurl(request, 'http://localhost:3000', null)).toContain(
    "'authorization: Bearer YOUR_TOKEN'",
  )
})

test('the token of this page is known by how the wire shows it, and is whole', () => {
  const shown = 'a.b.c… (43) #00000000'
  const exchanges = toExchanges([
    step('a', 'token.signed', { token: shown, header: {}, claims: { exp: 1_900_000_000 } }),
  ])
  expect(tokenOf(exchanges, { token: 'a.b.cd', shown })?.accessToken).toBe('a.b.cd')
  expect(tokenOf(exchanges, { token: 'a.b.cd', shown: 'another' })).toBeNull()
})
