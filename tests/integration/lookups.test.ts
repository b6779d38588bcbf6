import { expect, test } from 'vitest'
import type { Mode } from '../../lib/settings/settings.ts'
import { createClient } from '../fixtures/client.ts'
import { signedIn } from '../fixtures/signed-in.ts'
import { watchSql } from '../fixtures/sql.ts'

const started = (mode: Mode, settings = {}) => signedIn(mode, { settings: { mode, ...settings } })

// `/api/verify` answers from the credential alone: what it asks of the store is what the check
// asks.
test('a session costs one lookup a request', async () => {
  const { client } = await started('session')
  const statements = watchSql()
  expect((await client.send('/api/verify')).status).toBe(204)
  expect(statements).toHaveLength(1)
  expect(statements[0]).toMatch(/SELECT[^;]*FROM "Session" s JOIN "User" u/)
})

test('a session costs one write more, once a minute', async () => {
  const { app, client } = await started('session')
  app.clock.advance(60)
  const statements = watchSql()
  await client.send('/api/verify')
  expect(statements.filter(sql => /^\s*UPDATE/i.test(sql))).toHaveLength(1)
  statements.length = 0
  await client.send('/api/verify')
  expect(statements.filter(sql => /FROM/.test(sql))).toHaveLength(1)
  expect(statements.filter(sql => /^\s*UPDATE/i.test(sql))).toEqual([])
})

test('a token costs one lookup a request, for what may have ended it', async () => {
  const { client } = await started('token')
  const statements = watchSql()
  expect((await client.send('/api/verify')).status).toBe(204)
  expect(statements).toHaveLength(1)
  expect(statements[0]).toMatch(
    /FROM "User" u\s+LEFT JOIN "RefreshFamily"[^;]*LEFT JOIN "DeniedToken"/,
  )
})

test('a token with revocation off costs no lookup at all', async () => {
  const { client } = await started('token', { revocation: 'none' })
  const statements = watchSql()
  expect((await client.send('/api/verify')).status).toBe(204)
  expect(statements).toEqual([])
})

test('whoever brings no credential, or a broken one, costs the store nothing', async () => {
  const { app } = await started('token')
  const statements = watchSql()
  for (const mode of ['session', 'token']) {
    const broken = { authorization: 'Bearer a.b.c', cookie: '__Host-session=x; __Host-refresh=x' }
    for (const headers of [{ authorization: '', cookie: '' }, broken]) {
      const answer = await createClient(app).send('/api/verify', {
        headers: { 'auth-mode': mode, ...headers },
      })
      expect(answer.status).toBe(401)
    }
  }
  expect(statements).toEqual([])
})

test('the live endpoint asks the store for nothing', async () => {
  const { client } = await started('session')
  const statements = watchSql()
  expect((await client.send('/api/health/live')).body).toEqual({ status: 'live' })
  expect(statements).toEqual([])
})
