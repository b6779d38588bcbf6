import { expect, test } from 'vitest'
import { createAccount, startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'

const namesOf = (steps: { name: string }[]) => steps.map(step => step.name)

test('signing in with a session takes exactly these steps', async () => {
  const app = await startApp()
  await createAccount(app, 'editor')
  const client = createClient(app)
  const answer = await client.signIn('session', 'editor@test.example')
  expect(answer.body).toMatchObject({ user: { role: 'editor' } })
  expect(namesOf(answer.steps)).toEqual([
    'request.received',
    'mode.chosen',
    'origin.checked',
    'input.accepted',
    'attempt.counted',
    'account.looked_up',
    'password.verified',
    'session.created',
    'cookie.sealed',
    'cookie.set',
    'response.sent',
  ])
  const me = await client.send('/api/me')
  expect(me.status).toBe(200)
  expect(namesOf(me.steps)).toEqual([
    'request.received',
    'mode.chosen',
    'cookie.received',
    'cookie.unsealed',
    'session.found',
    'access.granted',
    'response.sent',
  ])
})

test('signing in with a token takes exactly these steps', async () => {
  const app = await startApp()
  await createAccount(app, 'editor')
  const client = createClient(app)
  const answer = await client.signIn('token', 'editor@test.example')
  expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 300, user: { role: 'editor' } })
  expect(namesOf(answer.steps)).toEqual([
    'request.received',
    'mode.chosen',
    'origin.checked',
    'input.accepted',
    'attempt.counted',
    'account.looked_up',
    'password.verified',
    'family.created',
    'refresh.created',
    'cookie.set',
    'token.signed',
    'response.sent',
  ])
  const me = await client.send('/api/me')
  expect(me.body).toMatchObject({ mode: 'token', role: 'editor' })
  expect(namesOf(me.steps)).toEqual([
    'request.received',
    'mode.chosen',
    'header.received',
    'token.verified',
    'revocation.checked',
    'access.granted',
    'response.sent',
  ])
})
