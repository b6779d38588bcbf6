import { unsealData } from 'iron-session'
import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { hashSecret } from '../../../lib/random.ts'
import { fingerprint } from '../../../lib/wire/redaction.ts'
import { showFingerprint } from '../../../lib/wire/steps.ts'
import { createAccount, PASSWORD, startApp, type TestApp } from '../../fixtures/app.ts'
import { type Answer, createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf } from '../../fixtures/steps.ts'

const NEXT = 'another long one, quite new'
const WRONG = 'a guess that is not right'

/** No piece of a secret that is long enough to be of use may be anywhere. */
function expectNowhere(text: string, name: string, secret: string, piece = 20) {
  expect(secret.length).toBeGreaterThanOrEqual(Math.min(piece, 16))
  for (let at = 0; at + piece <= secret.length; at += 1)
    expect({ name, at, found: text.includes(secret.slice(at, at + piece)) }).toEqual({
      name,
      at,
      found: false,
    })
}

async function contentsOf(app: TestApp, purpose: 'session' | 'refresh', seal: string) {
  return unsealData<Record<string, string>>(seal, {
    password: app.passwordsFor[purpose],
    ttl: 8 * 24 * 3600,
  })
}

test('no step of any flow carries a password, a seal, a session id, a refresh token or the name of the channel', async () => {
  const app = await startApp()
  await createAccount(app, 'editor')
  const client = createClient(app)
  const seals: string[] = []
  const channels = [client.channelId]
  const tokens: string[] = []
  const go = async (
    target: string,
    method = 'GET',
    body?: unknown,
    headers = {},
  ): Promise<Answer> => {
    const answer = await client.send(target, { method, body, headers })
    for (const line of answer.setCookies) {
      const value = line.slice(line.indexOf('=') + 1, line.indexOf(';'))
      if (value) (line.startsWith(COOKIES.wire) ? channels : seals).push(value)
    }
    if (answer.body?.access_token) {
      client.accessToken = answer.body.access_token
      tokens.push(answer.body.access_token)
    }
    return answer
  }
  const credentials = (password: string) => ({ email: 'editor@test.example', password })
  for (const mode of ['session', 'token']) {
    const inMode = { 'auth-mode': mode }
    await go(
      '/api/accounts',
      'POST',
      { email: `${mode}@test.example`, name: 'New', password: PASSWORD },
      inMode,
    )
    await go(`/api/${mode}/sign-in`, 'POST', credentials(WRONG))
    await go(`/api/${mode}/sign-in`, 'POST', credentials(mode === 'session' ? PASSWORD : NEXT))
    await go('/api/me', 'GET', undefined, inMode)
    await go('/api/notes', 'POST', { title: 'One', body: 'Two' }, inMode)
    await go('/api/devices', 'GET', undefined, inMode)
    await go(`/api/${mode}/refresh`, 'POST')
    await go('/api/me/password', 'PUT', { current: WRONG, next: NEXT }, inMode)
    await go(
      '/api/me/password',
      'PUT',
      mode === 'session' ? { current: PASSWORD, next: NEXT } : { current: NEXT, next: PASSWORD },
      inMode,
    )
    await go('/api/replay', 'PUT', undefined, inMode)
    await go(`/api/${mode}/sign-out`, 'POST')
    await go('/api/me', 'GET', undefined, inMode)
  }
  await go('/api/settings', 'PATCH', { mode: 'token' })
  await go('/api/me', 'GET', undefined, { authorization: 'Basic ZWRpdG9yOmEgcGFzc3dvcmQ' })
  // Four of them make the browser known: at both sign-ins, and at both changes of the password.
  expect(seals).toHaveLength(13)
  // From signing in, refreshing and changing the password.
  expect(tokens).toHaveLength(3)

  const told = JSON.stringify(client.steps)
  for (const password of [PASSWORD, NEXT, WRONG]) expect(told).not.toContain(password)
  expectNowhere(told, 'Basic', 'ZWRpdG9yOmEgcGFzc3dvcmQ', 8)
  for (const part of channels.flatMap(id => id.split('.').slice(1)))
    expectNowhere(told, 'channel', part, 8)
  for (const seal of seals) {
    expectNowhere(told, 'seal', seal)
    const { id } = await contentsOf(app, 'session', seal)
    const { secret } = await contentsOf(app, 'refresh', seal)
    for (const value of [id, secret]) {
      if (!value) continue
      expectNowhere(told, 'secret', value)
      expectNowhere(told, 'its hash', hashSecret(value))
    }
  }
  for (const { passwordHash } of await app.database.user.findMany())
    expectNowhere(told, 'password hash', passwordHash)
  // Of an access token header and claims are shown, which anybody can read, and never the
  // signature.
  for (const token of tokens) {
    const signature = token.split('.')[2] ?? ''
    expectNowhere(told, 'signature', signature)
    expect(told).toContain(
      `${token.slice(0, -signature.length)}${showFingerprint(fingerprint(signature))}`,
    )
  }
})

test('what is shown of a cookie names it exactly, with its attributes, and its value as a fingerprint', async () => {
  const { client, answer } = await signedIn('session')
  const seal = client.jar.get(COOKIES.session) ?? ''
  // The first: the other makes the browser known.
  const first = answer.steps.slice(
    0,
    answer.steps.findIndex(({ name }) => name === 'cookie.set') + 1,
  )
  const { cookie, attributes, value } = detailOf(first, 'cookie.set')
  expect({ cookie, attributes }).toEqual({
    cookie: COOKIES.session,
    attributes: ['Path=/', 'Max-Age=43200', 'HttpOnly', 'Secure', 'SameSite=Lax'],
  })
  expect(value).toEqual({
    head: seal.slice(0, 12),
    length: seal.length,
    hash: expect.stringMatching(/^[\da-f]{8}$/),
  })
  const sent = detailOf(answer.steps, 'response.sent').headers.filter(
    ([name]) => name === 'set-cookie',
  )
  const shown = `${COOKIES.session}=${value.head}… (${value.length}) #${value.hash}; ${attributes.join('; ')}`
  expect(sent[0]).toEqual(['set-cookie', shown])

  const next = await client.send('/api/me')
  const received = detailOf(next.steps, 'request.received').headers.find(
    ([name]) => name === 'cookie',
  )
  expect(received?.[1]).toContain(
    `${COOKIES.session}=${value.head}… (${value.length}) #${value.hash}`,
  )
  expect(detailOf(next.steps, 'cookie.received').value).toEqual(value)
})

test('what is shown of a request is what was sent, and of an answer what was answered', async () => {
  const client = createClient(await startApp())
  const answer = await client.send('/api/me?a=%20b', {
    headers: { 'x-test': 'one', 'accept-language': 'ko' },
  })
  const received = detailOf(answer.steps, 'request.received')
  expect(received).toMatchObject({ method: 'GET', target: '/api/me?a=%20b', instance: 'test-1' })
  expect(received.headers).toEqual(
    expect.arrayContaining([
      ['x-test', 'one'],
      ['accept-language', 'ko'],
      ['host', 'localhost:3000'],
    ]),
  )
  const sent = detailOf(answer.steps, 'response.sent')
  expect(sent.status).toBe(401)
  expect(sent.headers).toEqual([...answer.headers])
  expect(sent.body).toEqual(answer.body)
})

test('a refresh token that a service asks about, or that a terminal sends for a bearer, is a fingerprint too', async () => {
  const { app, client } = await signedIn('token', {
    config: { clients: { reports: 'a client secret of forty characters: 0123' } },
  })
  const seal = client.jar.get(COOKIES.refresh) ?? ''
  const service = createClient(app)
  service.jar.clear()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from('reports:a client secret of forty characters: 0123').toString('base64')}`,
    'wire-channel': client.pairingCode,
  }
  for (const path of ['introspect', 'revoke']) {
    const rawBody = `token=${encodeURIComponent(seal)}`
    expect(
      (await service.send(`/api/token/${path}`, { method: 'POST', rawBody, headers })).status,
    ).toBe(200)
  }
  await client.send('/api/me', {
    headers: { authorization: `Bearer ${seal}`, 'auth-mode': 'token' },
  })
  expect(client.steps.filter(step => step.name === 'input.accepted')).toHaveLength(3)
  expectNowhere(JSON.stringify(client.steps), 'seal', seal)
})

test.each(['session', 'token'] as const)(
  'a %s credential that a client puts elsewhere is a fingerprint there',
  async mode => {
    const app = await startApp({
      clients: { reports: 'a client secret of forty characters: 0123' },
    })
    await createAccount(app, 'editor')
    const client = createClient(app)
    await client.signIn(mode, 'editor@test.example')
    const seal = client.jar.get(COOKIES[mode === 'session' ? 'session' : 'refresh']) ?? ''
    const secrets = [seal, ...(mode === 'token' ? [client.accessToken ?? ''] : [])]
    for (const secret of secrets) {
      const headers = {
        'auth-mode': mode,
        referer: `https://a.example/x?y=${secret}`,
        'user-agent': secret,
        'x-copy': `${secret}, ${encodeURIComponent(secret)}`,
        [`x-${'n'.repeat(10)}`]: JSON.stringify({ secret }),
      }
      await client.send(`/api/me?next=${secret}`, { headers })
      await client.send(`/api/${secret}`, { headers })
      await client.send('/api/notes', {
        method: 'POST',
        body: { title: 'One', body: `It is ${secret}.` },
        headers,
      })
      await client.send('/api/notes', { method: 'POST', body: { [secret]: 1 }, headers })
      await client.send('/api/notes', { headers })
      await client.send(`/api/notes/${secret}`, { method: 'DELETE', headers })
    }
    expect(client.steps.filter(step => step.name === 'input.accepted').length).toBeGreaterThan(1)
    const told = JSON.stringify(client.steps)
    for (const secret of secrets) expectNowhere(told, 'credential', secret.split('.').at(-1) ?? '')
  },
)
