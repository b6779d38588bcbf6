import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { comparable, expectSteps } from '../../fixtures/steps.ts'

test.each(MODES)(
  '%s: a wrong password, an unknown and a disabled account cannot be told apart',
  async mode => {
    const app = await startApp()
    await createAccount(app, 'admin')
    await createAccount(app, 'reader', 'wrong-1')
    const disabled = await createAccount(app, 'reader', 'off-1234')
    await app.accounts.change(disabled.id, { disabled: true }, app.clock.now())

    // Each from an address of its own, with names of one length, so that not even a count or a
    // Content-Length differs.
    const cases = [
      ['wrong-1@test.example', 'not the right password', '192.0.2.1'],
      ['nobody1@test.example', undefined, '192.0.2.2'],
      ['off-123@test.example', undefined, '192.0.2.3'],
      ['off-1234@test.example', undefined, '192.0.2.4'],
      ['off-1234@test.example', 'not the right password', '192.0.2.4'],
    ] as const
    const answers = []
    for (const [email, password, address] of cases) {
      await app.database.attempt.deleteMany()
      const { status, headers, body, setCookies, steps } = await createClient(app, address).signIn(
        mode,
        email,
        password,
      )
      const told = JSON.stringify(comparable(steps))
        .replaceAll(email, '(email)')
        .replaceAll(address, '(address)')
      const trace = headers.get('authscope-trace') ?? ''
      const sent = [...headers].map(([name, value]) => [name, value.replace(trace, '(trace)')])
      // The fingerprint of the browser's own wire is no answer of the server's.
      answers.push({
        status,
        body,
        setCookies,
        sent,
        told: told.replace(/__Host-wire=[^"]*/, '__Host-wire'),
        steps,
      })
    }
    const [first] = answers
    expect(first?.status).toBe(401)
    expect(first?.body).toEqual({
      type: 'about:blank',
      title: 'Email or password is wrong.',
      status: 401,
      code: 'invalid_credentials',
    })
    for (const { status, body, setCookies, sent, told } of answers) {
      expect({ status, body, setCookies, sent, told }).toEqual({
        status: first?.status,
        body: first?.body,
        setCookies: [],
        sent: first?.sent,
        told: first?.told,
      })
    }
    expectSteps(
      first?.steps ?? [],
      `request.received mode.chosen origin.checked input.accepted account.looked_up attempt.counted
       password.refused access.refused response.sent`,
    )
  },
)

test.each(MODES)('%s: a sign-in that fails leaves the one before it as it was', async mode => {
  const { client } = await signedIn(mode)
  expect((await client.signIn(mode, 'reader@test.example', 'not the right password')).status).toBe(
    401,
  )
  expect((await client.send('/api/me')).status).toBe(200)
})

test.each(MODES)('%s: signing in again ends the sign-in this browser had', async mode => {
  const { app, client } = await signedIn(mode)
  const before = {
    cookie: [...client.jar].map(pair => pair.join('=')).join('; '),
    token: client.accessToken,
  }
  await client.signIn(mode, 'reader@test.example')
  expect((await client.send('/api/me')).status).toBe(200)
  expect((await client.send('/api/devices')).body.devices).toHaveLength(1)

  const headers = {
    cookie: before.cookie,
    authorization: before.token ? `Bearer ${before.token}` : '',
    'auth-mode': mode,
  }
  expect((await createClient(app).send('/api/me', { headers })).status).toBe(401)
})
