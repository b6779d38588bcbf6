import { expect, test } from 'vitest'
import {
  answerOf,
  lanesOf,
  requestOf,
  tellingStep,
  toExchanges,
} from '../../../../lib/wire/view/exchanges.ts'
import { received, sent, step } from '../../../fixtures/told.ts'

test('steps are put together by request, in the order they happened, however they arrive', () => {
  const steps = [received('a'), received('b'), sent('a'), sent('b')]
  const exchanges = toExchanges([...steps].reverse())
  expect(exchanges.map(exchange => exchange.traceId).sort()).toEqual(['a', 'b'])
  for (const { steps } of exchanges)
    expect(steps.map(step => step.name)).toEqual(['request.received', 'response.sent'])
})

test('requests stand in the order in which the server told of them, whatever the page told first', () => {
  const kept = step('b', 'token.kept', { where: 'memory', expiresAt: '2026-01-01T00:00:00.000Z' })
  const exchanges = toExchanges([kept, received('a'), sent('a'), received('b'), sent('b')])
  expect(exchanges.map(exchange => exchange.traceId)).toEqual(['a', 'b'])
  expect(toExchanges([kept])).toHaveLength(1)
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
