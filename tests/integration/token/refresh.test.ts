import { unsealData } from 'iron-session'
import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { hashSecret } from '../../../lib/random.ts'
import { createAccount } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { liveFamilies, refreshHolder } from '../../fixtures/refresh.ts'
import { detailOf, expectSteps } from '../../fixtures/steps.ts'
import { decode } from '../../fixtures/tokens.ts'

const RECEIVED = 'mode.chosen origin.checked refresh.received cookie.unsealed'
const REFUSED = 'access.refused response.sent'

test('a refresh token is used up and replaced; of either only the hash is stored', async () => {
  const { app, cookie, first, refresh } = await refreshHolder()
  const options = { password: app.passwordsFor.refresh, ttl: 3600 }
  const { secret, sid } = await unsealData<{ secret: string; sid: string }>(first, options)
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  const before = await app.database.refreshFamily.findFirstOrThrow()
  expect(before).toMatchObject({
    id: sid,
    currentHash: hashSecret(secret),
    previousHash: null,
    generation: 0,
  })
  expect(JSON.stringify(before)).not.toContain(secret)

  app.clock.advance(60)
  const answer = await refresh()
  expect(cookie()).not.toBe(first)
  const after = await app.database.refreshFamily.findFirstOrThrow()
  expect(after).toMatchObject({ id: sid, previousHash: before.currentHash, generation: 1 })
  expect(after.currentHash).not.toBe(before.currentHash)
  expect(after.absoluteExpiresAt).toEqual(before.absoluteExpiresAt)
  expect(after.idleExpiresAt.getTime() - before.idleExpiresAt.getTime()).toBe(60_000)
  expect(decode(answer.body.access_token.split('.')[1]).sid).toBe(sid)
})

test.each([
  [0, '3', 'seen'],
  [1, '2', 'seen'],
  [2.5, '1', 'unseen'],
  [2.999, '1', 'seen'],
])(
  'the loser of a race %d seconds later gets 409 and is told to wait %s, where the answer was %s: nothing is minted, cleared or ended',
  async (s, rest, answerWas) => {
    const { app, client, first, refresh, use } = await refreshHolder()
    await refresh()
    if (answerWas === 'seen') await client.send('/api/me')
    const before = await app.database.refreshFamily.findMany()
    app.clock.advance(s)
    const answer = await use(first)
    expect([answer.status, answer.body.code]).toEqual([409, 'refresh_raced'])
    expect(answer.body).not.toHaveProperty('access_token')
    expect(answer.setCookies).toEqual([])
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expect(answer.headers.get('retry-after')).toBe(rest)
    expectSteps(client.steps.slice(-7), `${RECEIVED} refresh.raced ${REFUSED}`)
    expect(await app.database.refreshFamily.findMany()).toEqual(before)
    expect((await refresh()).status).toBe(200)
    expect((await client.send('/api/me')).status).toBe(200)
  },
)

test('the same token raced twice is a race twice', async () => {
  const { first, refresh, use } = await refreshHolder()
  await refresh()
  expect((await use(first)).status).toBe(409)
  expect((await use(first)).status).toBe(409)
  expect((await refresh()).status).toBe(200)
})

test.each([3, 11, 3600])(
  'reuse %i seconds later, of what brought something that was used, ends the family, and with it what the thief or the owner has',
  async s => {
    const { app, client, first, refresh, use } = await refreshHolder()
    await refresh()
    await client.send('/api/me')
    app.clock.advance(s)
    const answer = await use(first)
    expect([answer.status, answer.body.code]).toEqual([401, 'refresh_reused'])
    expect(answer.setCookies).toEqual([])
    expectSteps(client.steps.slice(-8), `${RECEIVED} refresh.reused family.ended ${REFUSED}`)
    expect(await liveFamilies(app)).toBe(0)
    expect((await client.send('/api/me')).status).toBe(401)
    const owner = await refresh()
    expect([owner.status, owner.body.code]).toEqual([401, 'invalid_refresh'])
    expect(app.log.join('')).toContain('"event":"refresh.reused"')
  },
)

test('a grandparent within the window is a theft, not a race', async () => {
  const { app, first, refresh, use } = await refreshHolder()
  await refresh()
  await refresh()
  const answer = await use(first)
  expect([answer.status, answer.body.code]).toEqual([401, 'refresh_reused'])
  expect(await liveFamilies(app)).toBe(0)
})

test('of a hundred parallel uses of one token exactly one is answered, and the family lives', async () => {
  const { app, client, first, use } = await refreshHolder()
  const answers = await Promise.all(Array.from({ length: 100 }, () => use(first)))
  const counts = Object.groupBy(answers, answer => answer.status)
  expect(
    Object.fromEntries(Object.entries(counts).map(([status, of]) => [status, of?.length])),
  ).toEqual({
    200: 1,
    409: 99,
  })
  expect(answers.flatMap(answer => answer.setCookies)).toHaveLength(1)
  expect(await liveFamilies(app)).toBe(1)
  expect((await app.database.refreshFamily.findFirstOrThrow()).generation).toBe(1)
  const [winner] = counts[200] ?? []
  client.accessToken = winner?.body.access_token
  expect((await client.send('/api/me')).status).toBe(200)
  const next = winner?.setCookies[0]?.split(';')[0]?.split('=').slice(1).join('=') ?? ''
  expect((await use(next)).status).toBe(200)
})

test('signing out inside the window leaves nothing for the race to win', async () => {
  const { app, client, first, refresh, use } = await refreshHolder()
  await refresh()
  const second = client.jar.get(COOKIES.refresh) ?? ''
  await client.send('/api/token/sign-out', { method: 'POST' })
  for (const value of [first, second]) {
    const answer = await use(value)
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_refresh'])
    expect(detailOf(client.steps.slice(-6), 'refresh.refused').reason).toBe('refresh.ended')
  }
  expect(await liveFamilies(app)).toBe(0)
})

test('a refresh beside a sign-out leaves nothing alive that can be used', async () => {
  for (const signOutFirst of [true, false]) {
    const { client, app, refresh } = await refreshHolder()
    const signOut = () => client.send('/api/token/sign-out', { method: 'POST' })
    const both = signOutFirst ? [signOut(), refresh()] : [refresh(), signOut()]
    const minted = (await Promise.all(both)).flatMap(answer => answer.body?.access_token ?? [])
    expect(await liveFamilies(app)).toBe(0)
    for (const token of minted) {
      const headers = { authorization: `Bearer ${token}` }
      expect((await createClient(app).send('/api/me', { headers })).status).toBe(401)
    }
  }
})

test('a disabled account gets no new token', async () => {
  const { app, account, refresh } = await refreshHolder()
  await createAccount(app, 'admin')
  await app.accounts.change(account.id, { disabled: true }, app.clock.now())
  const answer = await refresh()
  expect([answer.status, answer.body.code]).toEqual([401, 'invalid_refresh'])
  expect(answer.setCookies).toEqual([])
})
