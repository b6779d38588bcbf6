import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import type { Role } from '../../../lib/settings/settings.ts'
import { PASSWORD, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf, expectSteps, namesOf } from '../../fixtures/steps.ts'

// Each list is the whole of what happened, in order: a step more, a step less or two in another
// order is a failure.

const RECEIVED = 'request.received mode.chosen'
const SENT = 'response.sent'
const REFUSED = 'access.refused response.sent'
const KNOWN = 'cookie.received cookie.unsealed session.found'

const started = (role: Role) => signedIn('session', { role })

test('signing up takes exactly these steps, in either mode', async () => {
  const app = await startApp()
  for (const [mode, origin] of [
    ['session', 'origin.checked'],
    ['token', ''],
  ] as const) {
    const email = `${mode}@test.example`
    const body = { email, name: 'New', password: PASSWORD }
    const answer = await createClient(app).send('/api/accounts', {
      method: 'POST',
      body,
      headers: { 'auth-mode': mode },
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      user: { id: expect.any(String), email, name: 'New', role: 'reader' },
    })
    expect(answer.setCookies).toEqual([])
    expectSteps(
      answer.steps,
      `${RECEIVED} ${origin} input.accepted password.hashed account.created ${SENT}`,
    )
  }
})

test('signing in takes exactly these steps', async () => {
  const { answer } = await started('editor')
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    user: { id: expect.any(String), email: 'editor@test.example', name: 'editor', role: 'editor' },
    expiresAt: expect.any(String),
    idleExpiresAt: expect.any(String),
  })
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked input.accepted account.looked_up attempt.counted password.verified
     session.created cookie.sealed cookie.set cookie.set ${SENT}`,
  )
  expect(answer.steps.map(step => step.lane)).toEqual([
    ...['server', 'server', 'server', 'server'],
    ...['store', 'store'],
    'server',
    'store',
    ...['server', 'server', 'server', 'server'],
  ])
  expect(answer.steps.map(step => step.seq)).toEqual(answer.steps.map((_, index) => index + 1))
  expect(new Set(answer.steps.map(step => step.traceId))).toEqual(
    new Set([answer.headers.get('authscope-trace')]),
  )
})

test('reading takes exactly these steps', async () => {
  const { client } = await started('reader')
  const answer = await client.send('/api/notes')
  expect(answer.body).toEqual({ notes: [] })
  expectSteps(answer.steps, `${RECEIVED} ${KNOWN} access.granted notes.read ${SENT}`)
})

test('reading a minute later writes down the use once', async () => {
  const { app, client } = await started('reader')
  app.clock.advance(60)
  const first = await client.send('/api/notes')
  expectSteps(first.steps, `${RECEIVED} ${KNOWN} session.touched access.granted notes.read ${SENT}`)
  app.clock.advance(59)
  expect(namesOf((await client.send('/api/notes')).steps)).not.toContain('session.touched')
})

test('writing as an editor takes exactly these steps', async () => {
  const { client } = await started('editor')
  const answer = await client.send('/api/notes', {
    method: 'POST',
    body: { title: 'One', body: 'Two' },
  })
  expect(answer.status).toBe(201)
  expect(answer.body.note).toMatchObject({
    title: 'One',
    body: 'Two',
    author: 'editor',
    mine: true,
  })
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked ${KNOWN} access.granted input.accepted note.written ${SENT}`,
  )
})

test('refuses a reader who writes, and does not run the handler', async () => {
  const { app, client } = await started('reader')
  const answer = await client.send('/api/notes', {
    method: 'POST',
    body: { title: 'One', body: 'Two' },
  })
  expect(answer.status).toBe(403)
  expect(answer.body.code).toBe('insufficient_scope')
  expect(answer.headers.get('www-authenticate')).toBeNull()
  expectSteps(answer.steps, `${RECEIVED} origin.checked ${KNOWN} ${REFUSED}`)
  expect(await app.database.note.count()).toBe(0)
})

test('refreshing takes exactly these steps, and the old cookie is dead', async () => {
  const { app, client } = await started('editor')
  const old = client.jar.get(COOKIES.session) ?? ''
  const answer = await client.send('/api/session/refresh', { method: 'POST' })
  expect(answer.status).toBe(200)
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked ${KNOWN} session.renewed cookie.sealed cookie.set ${SENT}`,
  )
  expect(detailOf(answer.steps, 'session.renewed').because).toBe('refresh')
  expect((await client.send('/api/me')).status).toBe(200)

  const thief = createClient(app)
  thief.jar.set(COOKIES.session, old)
  expect((await thief.send('/api/me')).status).toBe(401)
})

test('signing out takes exactly these steps, and the old cookie is refused afterwards', async () => {
  const { client } = await started('editor')
  const old = client.jar.get(COOKIES.session) ?? ''
  const answer = await client.send('/api/session/sign-out', { method: 'POST' })
  expect(answer.status).toBe(204)
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked cookie.received cookie.unsealed session.deleted cookie.cleared
     ${SENT}`,
  )
  expect(client.jar.has(COOKIES.session)).toBe(false)

  client.jar.set(COOKIES.session, old)
  const replayed = await client.send('/api/me')
  expect(replayed.status).toBe(401)
  expect(replayed.body.code).toBe('invalid_session')
  expect(replayed.setCookies).toEqual([])
  expectSteps(
    replayed.steps,
    `${RECEIVED} cookie.received cookie.unsealed session.unknown ${REFUSED}`,
  )
})

test('signing out without a session is what was asked for', async () => {
  const answer = await createClient(await startApp()).send('/api/session/sign-out', {
    method: 'POST',
  })
  expect(answer.status).toBe(204)
  expect(answer.setCookies).toEqual([])
  expectSteps(answer.steps, `${RECEIVED} origin.checked ${SENT}`)
})
