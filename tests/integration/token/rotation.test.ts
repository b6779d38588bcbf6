import { expect, test } from 'vitest'
import { createAccount, startApp } from '../../fixtures/app.ts'
import { createClient } from '../../fixtures/client.ts'

async function admin(config = {}) {
  const app = await startApp(config)
  await createAccount(app, 'admin')
  const client = createClient(app)
  await client.signIn('token', 'admin@test.example')
  return { app, client }
}

test('an admin rotates: told on the wire, written to the log, and nobody is signed out', async () => {
  const { app, client } = await admin()
  const before = (await client.send('/api/admin/keys')).body.keys
  expect(before).toMatchObject([{ algorithm: 'ES256', state: 'signing', retiredAt: null }])
  const rotated = await client.send('/api/admin/keys', { method: 'POST', body: { algorithm: 'ES256' } })
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
  const rotate = () => client.send('/api/admin/keys', { method: 'POST', body: { algorithm: 'ES256' } })
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
  const rotate = () => client.send('/api/admin/keys', { method: 'POST', body: { algorithm: 'ES256' } })
  expect((await rotate()).status).toBe(201)
  expect((await rotate()).body.code).toBe('key_announced')
  expect(await app.database.signingKey.count({ where: { retiredAt: null } })).toBe(1)
})

test('only for an algorithm that is configured', async () => {
  const { client } = await admin({ demo: false, algorithm: 'ES256' })
  const answer = await client.send('/api/admin/keys', { method: 'POST', body: { algorithm: 'RS256' } })
  expect([answer.status, answer.body.errors[0].code]).toEqual([422, 'not_configured'])
})
