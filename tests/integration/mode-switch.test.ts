import { expect, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { MODES, type Mode } from '../../lib/settings/settings.ts'
import { startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { signedIn } from '../fixtures/signed-in.ts'
import { detailOf, expectSteps, namesOf } from '../fixtures/steps.ts'

async function started(mode: Mode) {
  const { app, client } = await signedIn(mode, { settings: { mode } })
  const copy = [...client.jar].map(pair => pair.join('=')).join('; ')
  /** The credentials from before, in the hands of somebody else. */
  const replay = (target: string, method = 'GET') => {
    const headers = {
      cookie: copy,
      authorization: `Bearer ${client.accessToken}`,
      'auth-mode': mode,
    }
    return createClient(app).send(target, { method, headers })
  }
  return { app, client, replay }
}

test('leaving session mode ends the session on the server, and says so', async () => {
  const { app, client, replay } = await started('session')
  const answer = await client.configure({ mode: 'token' })
  expect(answer.status).toBe(200)
  expect(answer.body.settings.mode).toBe('token')
  expectSteps(
    answer.steps,
    `request.received mode.chosen origin.checked input.accepted cookie.received cookie.unsealed
     session.deleted cookie.cleared mode.left settings.changed cookie.set response.sent`,
  )
  expect(detailOf(answer.steps, 'mode.left')).toEqual({ mode: 'session', credentialEnded: true })
  expect(client.jar.has(COOKIES.session)).toBe(false)
  expect(await app.database.session.count()).toBe(0)
  expect((await replay('/api/me')).status).toBe(401)
})

test('leaving token mode ends family and access token on the server, and says so', async () => {
  const { app, client, replay } = await started('token')
  const answer = await client.configure({ mode: 'session' })
  expectSteps(
    answer.steps,
    `request.received mode.chosen origin.checked input.accepted header.received token.verified
     refresh.received cookie.unsealed family.ended token.denied cookie.cleared mode.left settings.changed cookie.set
     response.sent`,
  )
  expect(detailOf(answer.steps, 'mode.left')).toEqual({ mode: 'token', credentialEnded: true })
  expect(client.jar.has(COOKIES.refresh)).toBe(false)
  expect(await app.database.refreshFamily.count({ where: { endedAt: null } })).toBe(0)
  expect((await replay('/api/me')).status).toBe(401)
  expect((await replay('/api/token/refresh', 'POST')).status).toBe(401)
})

test('with nobody signed in there is nothing to end, and the mode is changed', async () => {
  for (const [from, to] of [
    ['session', 'token'],
    ['token', 'session'],
  ] as const) {
    const client = createClient(await startApp())
    await client.configure({ mode: from })
    const answer = await client.configure({ mode: to })
    expect([answer.status, answer.body.settings.mode]).toEqual([200, to])
    expect(detailOf(answer.steps, 'mode.left')).toEqual({ mode: from, credentialEnded: false })
  }
})

test('choosing the mode one has, or something else, ends nothing', async () => {
  for (const mode of ['session', 'token'] as const) {
    const { client } = await started(mode)
    for (const change of [{ mode }, { theme: 'dark' }, { algorithm: 'HS256' }]) {
      const answer = await client.configure(change)
      expect(namesOf(answer.steps)).not.toContain('mode.left')
      expect((await client.send('/api/me')).status).toBe(200)
    }
  }
})

test.each(MODES)(
  'leaving the %s mode says whether a sign-in was ended, and any other change says nothing of it',
  async mode => {
    const { client } = await started(mode)
    const other = mode === 'session' ? 'token' : 'session'
    expect((await client.configure({ theme: 'dark' })).body).not.toHaveProperty('signInEnded')
    expect((await client.configure({ mode: other })).body.signInEnded).toBe(true)
    expect((await client.configure({ mode })).body.signInEnded).toBe(false)
  },
)

test('a change that is refused ends nothing', async () => {
  const { client } = await started('session')
  expect((await client.configure({ mode: 'token', idleSeconds: 1 })).status).toBe(422)
  expect((await client.send('/api/me')).body.mode).toBe('session')
})

test('another site cannot switch the mode', async () => {
  const { client } = await started('token')
  const body = { mode: 'session' }
  const answer = await client.send('/api/settings', {
    method: 'PATCH',
    body,
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(answer.status).toBe(403)
  expect((await client.send('/api/me')).status).toBe(200)
})
