import { expect, test } from 'vitest'
import { startApp, type TestApp } from '../../fixtures/app.ts'
import { signedIn } from '../../fixtures/signed-in.ts'

const admin = (config = {}) => signedIn('token', { role: 'admin', config })

test('an admin rotates: told on the wire, written to the log, and nobody is signed out', async () => {
  const { app, client } = await admin()
  const before = (await client.send('/api/admin/keys')).body.keys
  expect(before).toMatchObject([{ algorithm: 'ES256', state: 'signing', retiredAt: null }])
  const rotated = await client.send('/api/admin/keys', {
    method: 'POST',
    body: { algorithm: 'ES256' },
  })
  expect(rotated.status).toBe(201)
  expect(rotated.steps.map(step => step.name)).toContain('key.rotated')
  expect(app.log.find(line => line.includes('keys.rotated'))).toContain(rotated.body.key.kid)
  const { keys } = (await client.send('/api/admin/keys')).body
  expect(keys.map((key: { state: string }) => key.state)).toEqual(['announced', 'signing'])
  expect(keys[0].signsFrom).toBe(keys[1].retiredAt)
  expect((await client.send('/api/me')).status).toBe(200)
  expect(JSON.stringify(keys)).not.toMatch(/"d"|sealed|Fe26/)
})

test('not again while the next key does not sign yet, so that the key set stays small', async () => {
  const { app, client } = await admin()
  const rotate = () =>
    client.send('/api/admin/keys', { method: 'POST', body: { algorithm: 'ES256' } })
  expect((await rotate()).status).toBe(201)
  const again = await rotate()
  expect([again.status, again.body.code]).toEqual([409, 'key_announced'])
  expect(await app.database.signingKey.count()).toBe(2)
  app.clock.advance(90)
  expect((await rotate()).status).toBe(201)
})

test('goes on where two instances that knew of no key made one each, at once', async () => {
  const { app, client } = await admin()
  const [key] = await app.database.signingKey.findMany()
  if (!key) throw new Error('there is no key')
  await app.database.signingKey.create({ data: { ...key, kid: 'made-beside-it' } })
  app.clock.advance(90)
  const rotate = () =>
    client.send('/api/admin/keys', { method: 'POST', body: { algorithm: 'ES256' } })
  expect((await rotate()).status).toBe(201)
  expect((await rotate()).body.code).toBe('key_announced')
  expect(await app.database.signingKey.count({ where: { retiredAt: null } })).toBe(1)
})

test('only for an algorithm that is configured', async () => {
  const { client } = await admin({ demo: false, algorithm: 'ES256' })
  const answer = await client.send('/api/admin/keys', {
    method: 'POST',
    body: { algorithm: 'RS256' },
  })
  expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'not_configured'])
})

test('however many rotate at once, on two instances, one key is announced for each algorithm and the set stays small', async () => {
  const { app, client } = await admin()
  const other = await startApp({ databaseUrl: app.config.databaseUrl })
  const rotate = (algorithm: string, at: TestApp) =>
    client.send('/api/admin/keys', { method: 'POST', body: { algorithm }, at })
  const statuses: Record<string, number> = {}
  for (const algorithm of ['ES256', 'EdDSA']) {
    // At any moment several are in the database at the same time, each from another instance.
    const answers = await Promise.all(
      Array.from({ length: 65 }, (_, index) => rotate(algorithm, index % 2 === 0 ? app : other)),
    )
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  }
  expect(statuses).toEqual({ 201: 2, 409: 128 })
  const rows = await app.database.signingKey.findMany()
  for (const algorithm of ['ES256', 'EdDSA'])
    expect(rows.filter(row => row.algorithm === algorithm && row.retiredAt === null)).toHaveLength(
      1,
    )
})
