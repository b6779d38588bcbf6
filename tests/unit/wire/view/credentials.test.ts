import { expect, test } from 'vitest'
import { credentialsOf, tokenOf } from '../../../../lib/wire/view/credentials.ts'
import { toExchanges } from '../../../../lib/wire/view/exchanges.ts'
import { received, step } from '../../../fixtures/told.ts'

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

test('the token of this page is known by how the wire shows it, and is whole', () => {
  const shown = 'a.b.c… (43) #00000000'
  const exchanges = toExchanges([
    step('a', 'token.signed', { token: shown, header: {}, claims: { exp: 1_900_000_000 } }),
  ])
  expect(tokenOf(exchanges, { token: 'a.b.cd', shown })?.accessToken).toBe('a.b.cd')
  expect(tokenOf(exchanges, { token: 'a.b.cd', shown: 'another' })).toBeNull()
})
