import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { MODES } from '../../lib/settings/settings.ts'
import { startApp } from '../fixtures/app.ts'
import { createClient } from '../fixtures/client.ts'
import { findRoute } from '../fixtures/routes.ts'
import { signedIn } from '../fixtures/signed-in.ts'
import { detailOf } from '../fixtures/steps.ts'

const ORIGIN = Symbol.for('authscope.origin')
const shared = globalThis as { [ORIGIN]?: string }

/** The app behind a real address, as the server gives it to the replay. */
async function listen() {
  const server = createServer(async (incoming, outgoing) => {
    const target = incoming.url ?? '/'
    const headers = new Headers(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    )
    const { call } = await findRoute(target)
    const method = incoming.method ?? 'GET'
    const response = await call(
      method,
      new Request(`http://localhost:3000${target}`, { method, headers }),
    )
    outgoing
      .writeHead(response.status, Object.fromEntries(response.headers))
      .end(await response.text())
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  shared[ORIGIN] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    delete shared[ORIGIN]
    server.close()
    server.closeAllConnections()
  })
}

async function started(mode: 'session' | 'token', settings = {}) {
  await listen()
  return signedIn(mode, { settings: { mode, ...settings } })
}

const replay = { method: 'POST' }

test.each(MODES)(
  '%s: the copy works while the sign-in lives, and is refused after it was signed out',
  async mode => {
    const { client } = await started(mode)
    const kept = await client.send('/api/replay', { method: 'PUT' })
    expect(kept.status).toBe(204)
    expect(detailOf(kept.steps, 'credential.kept').mode).toBe(mode)
    const before = await client.send('/api/replay', replay)
    expect(before.body).toMatchObject({ status: 200, body: { email: 'reader@test.example', mode } })

    await client.send(`/api/${mode}/sign-out`, { method: 'POST' })
    client.accessToken = null
    const after = await client.send('/api/replay', replay)
    expect(after.body).toMatchObject({ status: 401, body: { code: `invalid_${mode}` } })
    expect(detailOf(after.steps, 'credential.replayed')).toEqual({ mode, status: 401 })
    // The other client's own request is seen on the same wire.
    expect(after.steps.some(step => step.traceId === after.body.traceId)).toBe(true)
  },
)

test('with revocation off the copy of a token works on after the sign-out', async () => {
  const { app, client } = await started('token', { revocation: 'none' })
  await client.send('/api/replay', { method: 'PUT' })
  await client.send('/api/token/sign-out', { method: 'POST' })
  expect((await client.send('/api/replay', replay)).body.status).toBe(200)
  app.clock.advance(300)
  expect((await client.send('/api/replay', replay)).body.status).toBe(401)
})

test('only who is signed in keeps a copy, and only of their own', async () => {
  await listen()
  const app = await startApp()
  expect((await createClient(app).send('/api/replay', { method: 'PUT' })).status).toBe(401)
  expect((await createClient(app).send('/api/replay', replay)).status).toBe(404)
  const forged = { cookie: `${COOKIES.keptSession}=not-a-seal; ${COOKIES.keptToken}=not-a-seal` }
  for (const mode of MODES) {
    const headers = { ...forged, 'auth-mode': mode }
    expect((await createClient(app).send('/api/replay', { ...replay, headers })).status).toBe(404)
  }
})

test('outside demo mode there is no such thing', async () => {
  const { app, client } = await started('session')
  await client.send('/api/replay', { method: 'PUT' })
  await startApp({ demo: false, databaseUrl: app.config.databaseUrl })
  for (const one of [client, createClient(app)])
    for (const method of ['PUT', 'POST', 'GET', 'DELETE', 'OPTIONS']) {
      const answer = await one.send('/api/replay', { method })
      expect([method, answer.status, answer.body.code, answer.setCookies]).toEqual([
        method,
        404,
        'not_found',
        [],
      ])
    }
})
