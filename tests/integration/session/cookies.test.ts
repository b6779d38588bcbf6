import { sealData, unsealData } from 'iron-session'
import { expect, test } from 'vitest'
import type { App } from '../../../lib/app.ts'
import { COOKIES } from '../../../lib/http/cookies.ts'
import { createSecret, hashSecret } from '../../../lib/random.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'
import { ENDPOINTS } from '../../fixtures/contract.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { namesOf } from '../../fixtures/steps.ts'

async function started() {
  const { app, client } = await signedIn('session')
  const seal = client.jar.get(COOKIES.session) ?? ''
  const me = async (cookie: string) =>
    (await createClient(app).send('/api/me', { headers: { cookie } })).status
  return { app, client, seal, me: (value: string) => me(`${COOKIES.session}=${value}`) }
}

const sealOf = (app: App, data: object, purpose: keyof App['passwordsFor'] = 'session') =>
  sealData(data, { password: app.passwordsFor[purpose], ttl: 3600 })

const idIn = async (app: App, seal: string) =>
  (await unsealData<{ id: string }>(seal, { password: app.passwordsFor.session, ttl: 3600 })).id

test.each(Object.values(COOKIES))(
  'a request with two copies of %s is refused everywhere',
  async name => {
    const { client } = await signedIn('session')
    const good = [...client.jar].map(pair => pair.join('=')).join('; ')
    const copies = `${name}=${client.jar.get(name) ?? 'a'}; ${name}=${client.jar.get(name) ?? 'b'}`
    const rest = good.replace(new RegExp(`(^|; )${name}=[^;]*`), '')
    for (const { path, address, method, body } of ENDPOINTS) {
      const answer = await client.send(address, {
        method,
        body,
        headers: { cookie: `${rest}; ${copies}` },
      })
      expect({ path, method, status: answer.status, code: answer.body.code }).toEqual({
        path,
        method,
        status: 400,
        code: 'duplicate_cookie',
      })
      expect(answer.setCookies).toEqual([])
    }
  },
)

test('the order, the spaces and the values of two copies make no difference', async () => {
  const { app, seal } = await started()
  for (const cookie of [
    `${COOKIES.session}=${seal}; ${COOKIES.session}=${seal}`,
    `${COOKIES.session}=; ${COOKIES.session}=${seal}`,
    `${COOKIES.session}=${seal};${COOKIES.session}=x`,
    `${COOKIES.session} =x; a=b;  ${COOKIES.session}=${seal}`,
  ]) {
    const answer = await createClient(app).send('/api/me', { headers: { cookie } })
    expect({ cookie, status: answer.status }).toEqual({ cookie, status: 400 })
  }
})

test('two copies of a cookie that is not ours are nobody’s business', async () => {
  const { app, seal } = await started()
  const headers = { cookie: `theme=a; ${COOKIES.session}=${seal}; theme=b; __host-session=x` }
  expect((await createClient(app).send('/api/me', { headers })).status).toBe(200)
})

test('a hundred mutated seals are refused', async () => {
  const { app, seal, me } = await started()
  // What follows the "~" is outside of the seal: a version number that nothing is decided by.
  const sealed = seal.slice(0, seal.indexOf('~'))
  const records = await app.database.session.findMany()
  for (let count = 0; count < 100; count += 1) {
    const at = Math.floor((count * sealed.length) / 100)
    const other = sealed[at] === 'A' ? 'B' : 'A'
    const mutated = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}~2`
    expect({ mutated, status: await me(mutated) }).toEqual({ mutated, status: 401 })
  }
  for (const mutated of [
    '',
    '~2',
    sealed.slice(0, -1),
    `${sealed}A`,
    `x${sealed}`,
    sealed.toUpperCase(),
    `${sealed}*`,
  ])
    expect({ mutated, status: await me(mutated) }).toEqual({ mutated, status: 401 })
  expect(await me(seal)).toBe(200)
  expect(await app.database.session.findMany()).toEqual(records)
})

test('a seal of an id that nobody has is refused and creates no record', async () => {
  const app = await startApp()
  await createAccount(app, 'reader')
  const seal = await sealOf(app, { id: createSecret() })
  const answer = await createClient(app).send('/api/me', {
    headers: { cookie: `${COOKIES.session}=${seal}` },
  })
  expect([answer.status, answer.body.code]).toEqual([401, 'invalid_session'])
  expect(await app.database.session.count()).toBe(0)
})

test('a good seal of something else is refused', async () => {
  const { app, seal, me } = await started()
  const id = await idIn(app, seal)
  const { idHash, handle, userId } = await app.database.session.findFirstOrThrow()
  const contents = [
    {},
    { id: 1 },
    { id: [id] },
    { id: { id } },
    { id: idHash },
    { id: handle },
    { id: userId },
    { ID: id },
  ]
  for (const data of [
    ...contents,
    { id: `${id}=` },
    { id: ` ${id}` },
    { id: '%' },
    { user: userId, role: 'admin' },
  ])
    expect({ data, status: await me(await sealOf(app, data)) }).toEqual({ data, status: 401 })
  expect(await me(await sealOf(app, { id, signInId: handle }))).toBe(200)
})

test('a seal made for one purpose opens nothing else', async () => {
  const { app, seal, me } = await started()
  const id = await idIn(app, seal)
  for (const purpose of ['refresh', 'settings', 'kept'] as const)
    expect({ purpose, status: await me(await sealOf(app, { id }, purpose)) }).toEqual({
      purpose,
      status: 401,
    })
  const raw = await sealData({ id }, { password: app.config.secrets[0] ?? '', ttl: 3600 })
  expect(await me(raw)).toBe(401)
})

test('of the id only the hash is stored', async () => {
  const { app, client, seal } = await started()
  const id = await idIn(app, seal)
  expect(Buffer.from(id, 'base64url')).toHaveLength(32)
  const [row] = await app.database.session.findMany()
  expect(row?.idHash).toBe(hashSecret(id))
  const everything = JSON.stringify(
    await Promise.all([app.database.session.findMany(), app.database.user.findMany()]),
  )
  expect(everything).not.toContain(id)
  expect(everything).not.toContain(seal.slice(0, 60))
  expect(JSON.stringify((await client.send('/api/devices')).body)).not.toContain(row?.idHash)
})

test('a planted cookie is worth nothing after its victim has signed in', async () => {
  const { app, client: attacker, seal } = await started()
  await createAccount(app, 'editor')
  const victim = createClient(app)
  victim.jar.set(COOKIES.session, seal)
  const answer = await victim.signIn('session', 'editor@test.example')
  expect(namesOf(answer.steps)).toContain('session.deleted')
  expect(victim.jar.get(COOKIES.session)).not.toBe(seal)
  expect((await victim.send('/api/me')).body.role).toBe('editor')
  expect((await attacker.send('/api/me')).status).toBe(401)
})

test('two sign-ins never get the same id', async () => {
  const { app, seal } = await started()
  const again = createClient(app)
  await again.signIn('session', 'reader@test.example')
  expect(await idIn(app, again.jar.get(COOKIES.session) ?? '')).not.toBe(await idIn(app, seal))
})

test('an older secret still opens what it sealed, and the newest seals', async () => {
  const old = 'an old secret for tests, long enough it is.'
  const next = 'a new secret for tests, long enough it is.'
  const first = await startApp({ secrets: [old] })
  await createAccount(first, 'reader')
  const client = createClient(first)
  await client.signIn('session', 'reader@test.example')
  const second = await startApp({ secrets: [next, old], databaseUrl: first.config.databaseUrl })
  expect((await client.send('/api/me')).status).toBe(200)
  expect(second.config.secrets).toHaveLength(2)
  await client.send('/api/session/refresh', { method: 'POST' })
  await startApp({ secrets: [next], databaseUrl: first.config.databaseUrl })
  expect((await client.send('/api/me')).status).toBe(200)
  await startApp({ secrets: [old], databaseUrl: first.config.databaseUrl })
  const answer = await client.send('/api/me')
  expect([answer.status, answer.body.code]).toEqual([401, 'invalid_session'])
})
