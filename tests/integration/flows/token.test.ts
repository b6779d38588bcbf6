import { expect, test } from 'vitest'
import { toOwnToken } from '../../../lib/client/own-token.ts'
import { COOKIES } from '../../../lib/http/cookies.ts'
import type { Role } from '../../../lib/settings/settings.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf, expectSteps } from '../../fixtures/steps.ts'

// The same flows as in session.test.ts, with the other mechanism: compare the two files.

const RECEIVED = 'request.received mode.chosen'
const SENT = 'response.sent'
const REFUSED = 'access.refused response.sent'
const REFRESH = 'refresh.received cookie.unsealed'
const KNOWN = 'header.received token.verified revocation.checked'

const started = (role: Role, settings?: Record<string, unknown>) =>
  signedIn('token', { role, ...(settings && { settings }) })

test('signing in takes exactly these steps', async () => {
  const { client, answer } = await started('editor')
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({
    access_token: client.accessToken,
    token_type: 'Bearer',
    expires_in: 300,
    user: { id: expect.any(String), email: 'editor@test.example', name: 'editor', role: 'editor' },
  })
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked input.accepted account.looked_up attempt.counted password.verified
     family.created refresh.created cookie.sealed cookie.set token.signed cookie.set ${SENT}`,
  )
  const { header, claims, token } = detailOf(answer.steps, 'token.signed')
  expect(token).toBe((await toOwnToken(client.accessToken ?? ''))?.shown)
  expect(header).toEqual({ alg: 'ES256', kid: expect.any(String), typ: 'at+jwt' })
  expect(Object.keys(claims).sort()).toEqual([
    'aud',
    'exp',
    'iat',
    'iss',
    'jti',
    'role',
    'sid',
    'sub',
    'ver',
  ])
})

test('signing in without refresh sets no credential and takes exactly these steps', async () => {
  const { answer } = await started('editor', { refresh: false, mode: 'token' })
  expect(answer.setCookies.map(line => line.split('=')[0])).toEqual(['__Host-known'])
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked input.accepted account.looked_up attempt.counted password.verified
     family.created token.signed cookie.set ${SENT}`,
  )
})

test('reading takes exactly these steps', async () => {
  const { client } = await started('reader')
  const answer = await client.send('/api/notes')
  expect(answer.body).toEqual({ notes: [] })
  expectSteps(answer.steps, `${RECEIVED} ${KNOWN} access.granted notes.read ${SENT}`)
})

test('reading with revocation off asks the store for the notes alone', async () => {
  const { client } = await started('reader', { mode: 'token', revocation: 'none' })
  const answer = await client.send('/api/notes')
  expectSteps(
    answer.steps,
    `${RECEIVED} header.received token.verified revocation.skipped access.granted notes.read ${SENT}`,
  )
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
    `${RECEIVED} ${KNOWN} access.granted input.accepted note.written ${SENT}`,
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
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer realm="authscope", error="insufficient_scope"',
  )
  expectSteps(answer.steps, `${RECEIVED} ${KNOWN} ${REFUSED}`)
  expect(await app.database.note.count()).toBe(0)
})

test('refreshing takes exactly these steps', async () => {
  const { client } = await started('editor')
  const answer = await client.send('/api/token/refresh', { method: 'POST' })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    token_type: 'Bearer',
    expires_in: 300,
    user: { role: 'editor' },
  })
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked ${REFRESH} refresh.rotated cookie.sealed cookie.set token.signed
     ${SENT}`,
  )
  client.accessToken = answer.body.access_token
  expect((await client.send('/api/me')).status).toBe(200)
})

test('signing out takes exactly these steps, and the old credentials are refused afterwards', async () => {
  const { client } = await started('editor')
  const oldRefresh = client.jar.get(COOKIES.refresh) ?? ''
  const answer = await client.send('/api/token/sign-out', { method: 'POST' })
  expect(answer.status).toBe(204)
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked header.received token.verified ${REFRESH} family.ended
     token.denied cookie.cleared ${SENT}`,
  )
  expect(client.jar.has(COOKIES.refresh)).toBe(false)

  const replayed = await client.send('/api/me')
  expect(replayed.status).toBe(401)
  expect(replayed.body.code).toBe('invalid_token')
  expectSteps(replayed.steps, `${RECEIVED} ${KNOWN} ${REFUSED}`)
  expect(detailOf(replayed.steps, 'revocation.checked').standing).toBe('denied')

  client.jar.set(COOKIES.refresh, oldRefresh)
  const refreshed = await client.send('/api/token/refresh', { method: 'POST' })
  expect(refreshed.status).toBe(401)
  expectSteps(refreshed.steps, `${RECEIVED} origin.checked ${REFRESH} refresh.refused ${REFUSED}`)
})

test('signing out with revocation off says that the access token lives on, and it does', async () => {
  const { client } = await started('editor', { mode: 'token', revocation: 'none' })
  const answer = await client.send('/api/token/sign-out', { method: 'POST' })
  expect(answer.status).toBe(204)
  expectSteps(
    answer.steps,
    `${RECEIVED} origin.checked header.received token.verified ${REFRESH} family.ended
     revocation.skipped cookie.cleared ${SENT}`,
  )
  expect((await client.send('/api/me')).status).toBe(200)
})
