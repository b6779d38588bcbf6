import { expect, test } from 'vitest'
import { createClient } from '../../fixtures/client.ts'
import { startReports } from '../../fixtures/reports.ts'
import { decode, tokenHolder } from '../../fixtures/tokens.ts'

const exchange = (
  client: ReturnType<typeof createClient>,
  audience: unknown = 'authscope-reports',
) => client.send('/api/token/exchange', { method: 'POST', body: { audience } })

test('exchanges an access token for one of another audience: same person, same sign-in, a minute at most', async () => {
  const { app, client, claims, token, present } = await tokenHolder('ES256')
  const { status, body, setCookies } = await exchange(client)
  expect([status, setCookies]).toEqual([200, []])
  expect(body).toMatchObject({
    token_type: 'Bearer',
    expires_in: 60,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })
  const exchanged = decode(body.access_token.split('.')[1])
  expect(exchanged).toMatchObject({
    sub: claims.sub,
    sid: claims.sid,
    role: 'admin',
    aud: 'authscope-reports',
  })
  expect(exchanged.jti).not.toBe(claims.jti)
  const { status: reported, body: report } = await startReports(app).present(body.access_token)
  expect([reported, report.requestedBy]).toEqual([200, { id: claims.sub, role: 'admin' }])
  // Each service refuses what is meant for the other.
  const { me, verify, reason } = await present(body.access_token)
  expect([me, verify, reason]).toEqual([401, 401, 'token.audience_refused'])
  expect((await startReports(app).present(token)).body.code).toBe('invalid_token')
})

test('never outlives the token it was exchanged for', async () => {
  const { app, client, claims } = await tokenHolder('ES256')
  app.clock.advance(290)
  const { body } = await exchange(client)
  expect(body.expires_in).toBe(10)
  expect(decode(body.access_token.split('.')[1]).exp).toBe(claims.exp)
})

test('refuses audiences that are not configured, its own and things that are none', async () => {
  const { client } = await tokenHolder('ES256')
  for (const audience of ['authscope-api', 'https://evil.example', '', 'constructor'])
    expect(await exchange(client, audience)).toMatchObject({
      status: 400,
      body: { code: 'invalid_target', error: 'invalid_target' },
    })
  for (const audience of [null, 1, ['authscope-reports'], 'a'.repeat(201)])
    expect((await exchange(client, audience)).status).toBe(422)
})

test('is for a live token alone: what was exchanged cannot be exchanged again, what was ended neither', async () => {
  const { app, client } = await tokenHolder('ES256')
  const { body } = await exchange(client)
  const service = createClient(app)
  service.accessToken = body.access_token
  expect((await exchange(service)).body.code).toBe('invalid_token')
  await client.send('/api/token/sign-out', { method: 'POST' })
  expect((await exchange(client)).body.code).toBe('invalid_token')
})
