import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { applyMigrations } from '../../../scripts/lib/migrate.ts'
import { startPostgresql } from '../../../scripts/rig/postgresql.ts'
import type { Server } from '../../../scripts/rig/server.ts'
import { startApp } from '../../fixtures/app.ts'
import { ask, started, UNAVAILABLE } from '../../fixtures/outage.ts'
import { breakStore } from '../../fixtures/sql.ts'
import { until } from '../../fixtures/until.ts'

// A server of its own: the others' must not be stopped.
let server: Server
beforeAll(async () => {
  server = await startPostgresql()
  await applyMigrations({ databaseUrl: server.url })
})
afterAll(() => server.stop())

test.each([
  ['stopped', () => server.down(), () => server.up()],
  ['paused', () => server.pause(), () => server.resume()],
])('a server that is %s is 503, and works again by itself', async (_, away, back) => {
  const { app, clients } = await started({ databaseUrl: server.url })
  const jars = MODES.map(mode => new Map(clients[mode].jar))
  // Some requests are under way when it goes.
  const under = Array.from({ length: 20 }, () => clients.session.send('/api/me'))
  await away()
  for (const answer of await Promise.all(under)) expect([200, 503]).toContain(answer.status)
  // Each waits as long as a server is waited for: all of them at once.
  const asked = MODES.flatMap(mode => [
    ask(clients[mode], '/api/me'),
    ask(clients[mode], `/api/${mode}/refresh`, 'POST'),
    ask(clients[mode], '/api/health/ready'),
  ])
  expect(await Promise.all(asked)).toEqual(asked.map(() => UNAVAILABLE))
  // More than there are connections: those who wait for one do not wait longer.
  const many = await Promise.all(Array.from({ length: 50 }, () => ask(clients.session, '/api/me')))
  expect(many.every(answer => answer.status === 503)).toBe(true)
  expect((await clients.session.send('/api/health/live')).status).toBe(200)
  expect(MODES.map(mode => clients[mode].jar)).toEqual(jars)

  await back()
  await until(async () => (await clients.session.send('/api/me')).status === 200)
  for (const mode of MODES)
    expect((await clients[mode].send(`/api/${mode}/refresh`, { method: 'POST' })).status).toBe(200)
  await app.database.user.deleteMany()
})

test('an address where no server is, and a server that does not know us, are 503', async () => {
  const { app, clients } = await started({ databaseUrl: server.url })
  const nowhere = [
    'postgresql://authscope@127.0.0.1:1/postgres',
    server.url.replace('/postgres', '/nothing'),
  ]
  for (const databaseUrl of [...nowhere, server.url.replace('authscope@', 'stranger@')]) {
    await startApp({ databaseUrl })
    for (const mode of MODES) expect(await ask(clients[mode], '/api/me')).toEqual(UNAVAILABLE)
  }
  await app.database.user.deleteMany()
})

test('a table that another holds for too long is 503, and works again when it is let go', async () => {
  const { app, clients } = await started({ databaseUrl: server.url })
  const other = new pg.Client({ connectionString: server.url })
  await other.connect()
  await other.query('BEGIN; LOCK TABLE "RefreshFamily" IN SHARE MODE')
  const answer = await ask(clients.token, '/api/token/refresh', 'POST')
  expect(answer).toEqual(UNAVAILABLE)
  // Readers need not wait for a writer.
  expect((await clients.session.send('/api/me')).status).toBe(200)
  await other.query('ROLLBACK')
  await other.end()
  expect((await clients.token.send('/api/token/refresh', { method: 'POST' })).status).toBe(200)
  await app.database.user.deleteMany()
})

test.each([
  ['08006', 'connection failure'],
  ['53100', 'could not extend file: No space left on device'],
  ['53300', 'sorry, too many clients already'],
  ['57P01', 'terminating connection due to administrator command'],
  ['57P03', 'the database system is starting up'],
  ['57014', 'canceling statement due to statement timeout'],
  ['55P03', 'canceling statement due to lock timeout'],
  ['40P01', 'deadlock detected'],
  ['25006', 'cannot execute UPDATE in a read-only transaction'],
  ['58030', 'could not read block 0'],
  ['XX001', 'invalid page in block 0'],
])('%s is an outage, and so says the answer', async (code, message) => {
  const { clients } = await started()
  const mend = breakStore({ code, message })
  for (const mode of MODES) expect(await ask(clients[mode], '/api/me')).toEqual(UNAVAILABLE)
  expect(await ask(clients.session, '/api/session/sign-out', 'POST')).toEqual(UNAVAILABLE)
  mend()
})

test('what PostgreSQL says of a mistake of ours is no outage', async () => {
  const { clients } = await started()
  const written: string[] = []
  const { write } = process.stderr
  process.stderr.write = (text: string | Uint8Array) => Boolean(written.push(String(text)))
  const mend = breakStore({ code: '42601', message: 'syntax error at or near "FORM"' })
  const answer = await ask(clients.session, '/api/me')
  process.stderr.write = write
  mend()
  expect([answer.status, answer.code]).toEqual([500, 'internal'])
  expect(written.join('')).toContain('syntax error')
})
