import { expect, test } from 'vitest'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { portion } from '../../fixtures/portion.ts'
import { liveFamilies, refreshHolder } from '../../fixtures/refresh.ts'
import { detailOf, expectSteps, namesOf } from '../../fixtures/steps.ts'
import { decode } from '../../fixtures/tokens.ts'

const DAY = 24 * 3600
const seal = (answer: { setCookies: string[] }) =>
  answer.setCookies[0]?.split(';')[0]?.split('=').slice(1).join('=') ?? ''

/** Somebody whose last refresh was answered, and whose answer nobody got. */
async function unanswered() {
  const holder = await refreshHolder()
  const { app, first, use } = holder
  const lost = await use(first)
  app.clock.advance(3)
  const asks = async (accessToken: string, at = app) => {
    const stranger = createClient(app)
    stranger.accessToken = accessToken
    return (await stranger.send('/api/me', { headers: { 'auth-mode': 'token' }, at })).status
  }
  const family = () => app.database.refreshFamily.findFirstOrThrow()
  const reuses = () => app.database.refreshFamily.count({ where: { endReason: 'refresh_reused' } })
  return { ...holder, lost, asks, family, reuses }
}

test('the same token again, when its answer was lost, is served: what the answer brought is dead', async () => {
  const { client, first, use, lost, asks, reuses } = await unanswered()
  const answer = await use(first)
  expect([answer.status, Object.keys(answer.body)]).toEqual([
    200,
    ['access_token', 'token_type', 'expires_in', 'user'],
  ])
  expectSteps(
    client.steps.slice(-9),
    `mode.chosen origin.checked refresh.received cookie.unsealed refresh.repeated
     cookie.sealed cookie.set token.signed response.sent`,
  )
  expect(detailOf(client.steps.slice(-7), 'refresh.repeated').generation).toBe(1)
  // A dead access token is refused, and nothing more than that.
  expect(await asks(lost.body.access_token)).toBe(401)
  expect([await asks(answer.body.access_token), await reuses()]).toEqual([200, 0])
  expect((await use(seal(answer))).status).toBe(200)
})

test('it may be lost again and again, for a day since the first time; repeats move no limit', async () => {
  const { app, first, use, asks, family, lost, reuses } = await unanswered()
  const before = await family()
  const dead = [lost.body.access_token]
  app.clock.advance(-3)
  for (const at of [3, 10, 299, 3600, DAY - 1]) {
    app.clock.advance(at - (app.clock.now().getTime() - (before.rotatedAt?.getTime() ?? 0)) / 1000)
    const answer = await use(first)
    expect([at, answer.status]).toEqual([at, 200])
    for (const token of dead) expect(await asks(token)).toBe(401)
    const { rotatedAt, idleExpiresAt, absoluteExpiresAt, generation } = await family()
    expect({ rotatedAt, idleExpiresAt, absoluteExpiresAt, generation }).toEqual({
      rotatedAt: before.rotatedAt,
      idleExpiresAt: before.idleExpiresAt,
      absoluteExpiresAt: before.absoluteExpiresAt,
      generation: before.generation,
    })
    dead.push(answer.body.access_token)
  }
  app.clock.advance(4)
  // The idle limit, which nothing has moved, is over with the day. Whoever comes then is late, and
  // no thief.
  const late = await use(first)
  expect([late.status, late.body.code, await reuses()]).toEqual([401, 'invalid_refresh', 0])
})

test('each repeat starts the race anew: the second of two at once waits, and has what the first got', async () => {
  const { app, first, use, reuses } = await unanswered()
  const answers = await Promise.all([use(first), use(first), use(first)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  expect(answers.map(({ headers }) => headers.get('retry-after')).sort()).toEqual(['3', '3', null])
  const won = answers.find(({ status }) => status === 200)
  app.clock.advance(3)
  expect([(await use(seal(won ?? { setCookies: [] }))).status, await reuses()]).toEqual([200, 0])
})

const USES = {
  'a request': async ({ asks, lost }) => void (await asks(lost.body.access_token)),
  'a gateway asking': async ({ app, lost }) => {
    const headers = { authorization: `Bearer ${lost.body.access_token}`, 'auth-mode': 'token' }
    expect((await createClient(app).send('/api/verify', { headers })).status).toBe(204)
  },
  'an exchange for another service': async ({ app, lost }) => {
    const headers = { authorization: `Bearer ${lost.body.access_token}` }
    const body = { audience: 'authscope-reports' }
    expect(
      (await createClient(app).send('/api/token/exchange', { method: 'POST', headers, body }))
        .status,
    ).toBe(200)
  },
  'a service that looks at it': async ({ app, lost }) => {
    const secret = 'a client secret of forty characters: abc'
    const at = await startApp({ databaseUrl: app.config.databaseUrl, clients: { reports: secret } })
    at.clock.advance(3)
    const headers = {
      authorization: `Basic ${Buffer.from(`reports:${encodeURIComponent(secret)}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const rawBody = `token=${lost.body.access_token}`
    const answer = await createClient(at).send('/api/token/introspect', {
      method: 'POST',
      headers,
      rawBody,
      at,
    })
    expect(answer.body.active).toBe(true)
  },
  'a refresh with what came with it': async ({ use, lost }) => void (await use(seal(lost))),
} satisfies Record<string, (of: Awaited<ReturnType<typeof unanswered>>) => Promise<void>>

test.each(Object.entries(USES))(
  'after %s the answer has arrived: the token before it is a reuse',
  async (_, arrive) => {
    const all = await unanswered()
    await arrive(all)
    const answer = await all.use(all.first)
    expect([answer.status, answer.body.code]).toEqual([401, 'refresh_reused'])
    expect([await liveFamilies(all.app), await all.reuses()]).toEqual([0, 1])
    expect(await all.asks(all.lost.body.access_token)).toBe(401)
  },
)

test('what was repeated comes back as a theft: a dead sibling ends the family, for both', async () => {
  const { app, first, use, lost, asks, reuses } = await unanswered()
  const second = await use(first)
  const answer = await use(seal(lost))
  expect([answer.status, answer.body.code, await reuses()]).toEqual([401, 'refresh_reused', 1])
  for (const { body } of [lost, second]) expect(await asks(body.access_token)).toBe(401)
  expect(await liveFamilies(app)).toBe(0)
})

test('access tokens of earlier generations, whose answers arrived, stay good until they are over', async () => {
  const { client, refresh, app } = await refreshHolder()
  const tokens = [client.accessToken]
  for (let count = 0; count < 3; count += 1) {
    expect((await client.send('/api/me')).status).toBe(200)
    app.clock.advance(10)
    await refresh()
    tokens.push(client.accessToken)
  }
  for (const token of tokens) {
    client.accessToken = token
    expect((await client.send('/api/me')).status).toBe(200)
  }
})

test('the first use is noted once, and told; later ones cost nothing more', async () => {
  const { client, refresh } = await refreshHolder()
  expect(namesOf((await client.send('/api/me')).steps)).not.toContain('refresh.confirmed')
  await refresh()
  const first = await client.send('/api/me')
  expectSteps(
    first.steps,
    `request.received mode.chosen header.received token.verified
     revocation.checked refresh.confirmed access.granted response.sent`,
  )
  expect(namesOf((await client.send('/api/me')).steps)).not.toContain('refresh.confirmed')
})

test('of first uses at once each is let in', async () => {
  const { client, refresh } = await refreshHolder()
  await refresh()
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.send('/api/me')))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
})

test('a use and a repeat at once: one of the two is served, never both, and never is nobody left but by a theft', async () => {
  const seen = new Set<string>()
  for (let round = 0; round < 12; round += 1) {
    const { app, first, use, lost, asks, reuses } = await unanswered()
    const work = [() => asks(lost.body.access_token), async () => (await use(first)).status]
    if (round % 2) work.reverse()
    const statuses = await Promise.all(work.map(one => one()))
    if (round % 2) statuses.reverse()
    const [used, repeated] = statuses
    seen.add(`${used} ${repeated}`)
    expect(['200 401', '401 200']).toContain(`${used} ${repeated}`)
    expect([await liveFamilies(app), await reuses()]).toEqual(repeated === 200 ? [1, 0] : [0, 1])
    // Let in or refused, it is worth nothing from now on.
    expect(await asks(lost.body.access_token)).toBe(401)
  }
  expect(seen.size).toBeGreaterThan(0)
})

test('a use that is overtaken by a repeat between its two questions is refused', async () => {
  const { app, first, use, lost, asks } = await unanswered()
  const { markUsed } = app.tokens
  Object.assign(app.tokens, {
    async markUsed(...args: Parameters<typeof markUsed>) {
      expect((await use(first)).status).toBe(200)
      return markUsed(...args)
    },
  })
  expect(await asks(lost.body.access_token)).toBe(401)
})

test('with revocation off the unseen access token lives until it is over, as every other', async () => {
  const { app, client, use } = await refreshHolder()
  await client.configure({ mode: 'token', revocation: 'none' })
  const settings = client.jar.get(COOKIES.settings) ?? ''
  const unseen = createClient(app)
  for (const [name, value] of [
    [COOKIES.settings, settings],
    [COOKIES.refresh, client.jar.get(COOKIES.refresh) ?? ''],
  ] as const)
    unseen.jar.set(name, value)
  const before = unseen.jar.get(COOKIES.refresh) ?? ''
  unseen.accessToken = (
    await unseen.send('/api/token/refresh', { method: 'POST' })
  ).body.access_token
  expect(decode(unseen.accessToken?.split('.')[1]).revocation).toBe('none')
  app.clock.advance(3)
  expect((await use(before)).status).toBe(200)
  expect((await unseen.send('/api/me')).status).toBe(200)
  app.clock.advance(300)
  expect((await unseen.send('/api/me')).status).toBe(401)
})

test('many answers cut, before their headers or after them: nobody is signed out, nobody is alarmed', {
  timeout: 300_000,
}, async () => {
  const { app, client, use } = await refreshHolder()
  const kept = () => client.jar.get(COOKIES.refresh) ?? ''
  const told = new Map<number, number>()
  /**
   * As the page does: told to wait, it waits and asks once more, with whatever cookie it then has.
   */
  async function refresh() {
    let answer = await use(kept())
    told.set(answer.status, (told.get(answer.status) ?? 0) + 1)
    if (answer.status === 409) {
      app.clock.advance(Number(answer.headers.get('retry-after')))
      answer = await use(kept())
    }
    return answer
  }
  const cuts = portion(100, 1000)
  for (let cut = 0; cut < cuts; cut += 1) {
    const lost = await refresh()
    expect([cut, lost.status]).toEqual([cut, 200])
    // After the headers the browser has the cookie, and the page no token.
    if (cut % 3 === 0) client.jar.set(COOKIES.refresh, seal(lost))
    app.clock.advance(cut % 5)
    if (cut % 4 !== 0) continue
    // Now and then the page gets through.
    const answer = await refresh()
    client.jar.set(COOKIES.refresh, seal(answer))
    client.accessToken = answer.body.access_token
    expect([cut, (await client.send('/api/me')).status]).toEqual([cut, 200])
  }
  expect([
    await liveFamilies(app),
    (told.get(409) ?? 0) > 0,
    (told.get(200) ?? 0) > cuts / 2,
  ]).toEqual([1, true, true])
  expect(app.log.filter(line => /reused|sign_in.ended/.test(line))).toEqual([])
})
