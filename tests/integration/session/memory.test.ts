import { expect, test } from 'vitest'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { expectSteps } from '../../fixtures/steps.ts'

test('with the memory store a session takes the same steps, and nothing of it is in the database', async () => {
  const { app, client } = await signedIn('session', {
    role: 'editor',
    config: { sessionStore: 'memory' },
  })
  expect(await app.database.session.count()).toBe(0)
  const answer = await client.send('/api/me')
  expect(answer.body).toMatchObject({ role: 'editor', mode: 'session' })
  expectSteps(
    answer.steps,
    `request.received mode.chosen cookie.received cookie.unsealed session.found access.granted
     response.sent`,
  )
  expect((await client.send('/api/session/refresh', { method: 'POST' })).status).toBe(200)
  expect((await client.send('/api/devices')).body.devices).toHaveLength(1)
  app.clock.advance(1800)
  expect((await client.send('/api/me')).status).toBe(401)
})

test('with the memory store sessions end with the process, and token families do not', async () => {
  const first = await startApp({ sessionStore: 'memory' })
  await createAccount(first, 'editor')
  const [withSession, withToken] = [createClient(first), createClient(first)]
  await withSession.signIn('session', 'editor@test.example')
  await withToken.signIn('token', 'editor@test.example')
  const ended = createClient(first)
  await ended.signIn('token', 'editor@test.example')
  await ended.send('/api/token/sign-out', { method: 'POST' })

  await startApp({ sessionStore: 'memory', databaseUrl: first.config.databaseUrl })
  expect((await withSession.send('/api/me')).status).toBe(401)
  expect((await withToken.send('/api/me')).status).toBe(200)
  expect((await ended.send('/api/me')).status).toBe(401)
})
