import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { detailOf } from '../../fixtures/steps.ts'
import { ALIVE_ELSEWHERE, decode, REFUSED, tokenHolder } from '../../fixtures/tokens.ts'

async function started(settings: Record<string, unknown> = {}) {
  const all = await signedIn('token', { role: 'editor', settings: { mode: 'token', ...settings } })
  await createAccount(all.app, 'admin')
  return all
}

const ENDINGS = {
  'its own sign-out': async ({ client }) =>
    void (await client.send('/api/token/sign-out', { method: 'POST' })),
  'the end of its family': async ({ app, client }) => {
    const { sid } = decode(client.accessToken?.split('.')[1])
    await app.tokens.end(String(sid), app.clock.now(), 'for a test')
  },
  'the account being disabled': async ({ app, account }) =>
    void (await app.accounts.change(account.id, { disabled: true }, app.clock.now())),
  'a change of role a second later': async ({ app, account }) => {
    app.clock.advance(1)
    await app.accounts.change(account.id, { role: 'reader' }, app.clock.now())
  },
  'the account being deleted': async ({ app, account }) =>
    void (await app.database.user.delete({ where: { id: account.id } })),
} satisfies Record<string, (of: Awaited<ReturnType<typeof signedIn>>) => Promise<void>>

const STANDINGS: Record<string, string> = {
  'its own sign-out': 'denied',
  'the end of its family': 'sign_in_ended',
  'the account being disabled': 'account_disabled',
  'a change of role a second later': 'superseded',
  'the account being deleted': 'account_disabled',
}

test.each(Object.entries(ENDINGS))(
  'a token is refused from the next request after %s',
  async (name, end) => {
    const signed = await started()
    expect((await signed.client.send('/api/me')).status).toBe(200)
    await end(signed)
    const answer = await signed.client.send('/api/me')
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token'])
    expect(answer.headers.get('www-authenticate')).toBe(REFUSED.challenge)
    expect(detailOf(answer.steps, 'revocation.checked').standing).toBe(STANDINGS[name])
  },
)

test('with revocation off nothing ends a token before its time, and the token says so', async () => {
  const { app, account, client } = await started({ revocation: 'none' })
  expect(decode(client.accessToken?.split('.')[1]).revocation).toBe('none')
  await app.accounts.change(account.id, { role: 'reader' }, app.clock.now())
  await client.send('/api/token/sign-out', { method: 'POST' })
  const answer = await client.send('/api/me')
  expect([answer.status, answer.body.role]).toEqual([200, 'editor'])
  app.clock.advance(300)
  expect((await client.send('/api/me')).status).toBe(401)
})

test('a token says nothing of revocation where it is on', async () => {
  const { client } = await started()
  expect(decode(client.accessToken?.split('.')[1])).not.toHaveProperty('revocation')
})

test('outside demo mode revocation cannot be switched off, by a setting, a cookie or a token', async () => {
  const { resign, app, client } = await tokenHolder('ES256')
  await client.configure({ revocation: 'none' })
  const token = resign({ claims: { revocation: 'none' } })
  const headers = { authorization: `Bearer ${token}`, 'auth-mode': 'token' }
  expect((await client.send('/api/me', { headers })).status).toBe(200)

  await startApp({ demo: false, databaseUrl: app.config.databaseUrl })
  const refused = await client.send('/api/me', { headers })
  expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token'])
  expect((await client.configure({ revocation: 'none' })).status).toBe(422)
  // The cookie that chose it still opens, and counts for nothing.
  await client.signIn('token', 'admin@test.example')
  expect(decode(client.accessToken?.split('.')[1])).not.toHaveProperty('revocation')
})

test('a token of a sign-in that this server does not know is refused', async () => {
  const { resign, present } = await tokenHolder('ES256')
  expect(await present(resign({ claims: { sid: 'no-such-family' } }))).toMatchObject(
    ALIVE_ELSEWHERE,
  )
  expect(await present(resign({ claims: { sub: 'no-such-account' } }))).toMatchObject(
    ALIVE_ELSEWHERE,
  )
})

test("a sign-in of one account does not vouch for another's token", async () => {
  const { app, resign, present } = await tokenHolder('ES256')
  const other = await createAccount(app, 'reader')
  expect(await present(resign({ claims: { sub: other.id } }))).toMatchObject(ALIVE_ELSEWHERE)
})

test('an access token that outlives its sign-out is refused by jti, in every family it names', async () => {
  const { client, resign, present } = await tokenHolder('ES256')
  const same = resign({ claims: {} })
  expect(await present(same)).toMatchObject({ me: 200 })
  await client.send('/api/token/sign-out', { method: 'POST' })
  expect(await present(same)).toMatchObject({ ...ALIVE_ELSEWHERE, reason: 'token.revoked' })
})

test.each(['bearer', 'cookie', 'both'])('signing out by %s ends family and token', async by => {
  const { app, client } = await started()
  const headers = {
    ...(by === 'cookie' && { authorization: '' }),
    ...(by === 'bearer' && { cookie: '' }),
  }
  const answer = await client.send('/api/token/sign-out', { method: 'POST', headers })
  expect(answer.status).toBe(204)
  const cleared = answer.setCookies.filter(line => line.includes('Max-Age=0'))
  expect(cleared).toHaveLength(by === 'bearer' ? 0 : 1)
  expect((await client.send('/api/me')).status).toBe(401)
  expect(await app.database.refreshFamily.count({ where: { endedAt: null } })).toBe(0)
  expect(await app.database.deniedToken.count()).toBe(by === 'cookie' ? 0 : 1)
})

test('signing out with an expired token ends the sign-in by its cookie', async () => {
  const { app, client } = await started()
  app.clock.advance(400)
  expect((await client.send('/api/token/sign-out', { method: 'POST' })).status).toBe(204)
  expect(await app.database.refreshFamily.count({ where: { endedAt: null } })).toBe(0)
})

test('signing out with nothing, or nothing good, is refused and leaves cookies alone', async () => {
  const app = await startApp()
  const post = { method: 'POST' }
  const nothing = await createClient(app).send('/api/token/sign-out', post)
  expect([nothing.status, nothing.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="authscope"',
  ])
  const headers = { authorization: 'Bearer a.b.c', cookie: `${COOKIES.refresh}=not-a-seal` }
  const bad = await createClient(app).send('/api/token/sign-out', { ...post, headers })
  expect([bad.status, bad.setCookies]).toEqual([401, []])
})

test('what can make no difference any more is swept, and nothing that is swept comes back', async () => {
  const { app, client } = await started()
  await client.send('/api/token/sign-out', { method: 'POST' })
  await app.sweep()
  expect(await app.database.deniedToken.count()).toBe(1)
  const rows = async () => [
    await app.database.deniedToken.count(),
    await app.database.refreshFamily.count(),
  ]
  // Past its end by this clock: another may be a day behind.
  app.clock.advance(299 + 24 * 3600)
  await app.sweep()
  expect(await rows()).toEqual([1, 1])
  app.clock.advance(2)
  await app.sweep()
  expect(await rows()).toEqual([0, 1])
  expect((await client.send('/api/me')).status).toBe(401)
  app.clock.advance(24 * 3600)
  await app.sweep()
  expect(await rows()).toEqual([0, 0])
})

test('ending one token many times at once is ending it once', async () => {
  const { client } = await tokenHolder('ES256')
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => client.send('/api/token/sign-out', { method: 'POST' })),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204))
})

test('roles that change back and forth within one second bring no token back', async () => {
  const { app, account, client } = await started()
  const admin = createClient(app)
  await admin.signIn('session', 'admin@test.example')
  const become = (role: string) =>
    admin.send(`/api/admin/users/${account.id}`, { method: 'PATCH', body: { role } })
  const refresh = async () =>
    (await client.send('/api/token/refresh', { method: 'POST' })).body.access_token
  const statusOf = async (token: string) => {
    client.accessToken = token
    return (await client.send('/api/me')).status
  }
  // The clock stands still: all of it happens in one second.
  const tokens = [client.accessToken ?? '']
  for (const role of ['reader', 'editor', 'reader', 'editor']) {
    expect((await become(role)).status).toBe(200)
    for (const token of tokens) expect([role, await statusOf(token)]).toEqual([role, 401])
    const next = await refresh()
    expect([role, await statusOf(next)]).toEqual([role, 200])
    tokens.push(next)
  }
})
