import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { COOKIES } from '../../lib/http/cookies.ts'
import { MODES } from '../../lib/settings.ts'
import { StoreUnavailable } from '../../lib/store/database.ts'
import { createAccount, startApp, type TestApp } from '../fixtures/app.ts'
import { type Client, createClient } from '../fixtures/client.ts'
import { ENDPOINTS, guardedIn } from '../fixtures/contract.ts'
import { breakStore } from '../fixtures/sql.ts'

async function started() {
  const app = await startApp()
  await createAccount(app, 'admin')
  const clients = { session: createClient(app), token: createClient(app) }
  for (const mode of MODES) await clients[mode].signIn(mode, 'admin@test.example')
  return { app, clients }
}

const UNAVAILABLE = { status: 503, code: 'unavailable', retryAfter: '5', cookies: [], challenge: null }

async function ask(client: Client, target: string, method = 'GET', body?: unknown) {
  const answer = await client.send(target, { method, body })
  const { status, headers, setCookies: cookies } = answer
  const [retryAfter, challenge] = [headers.get('retry-after'), headers.get('www-authenticate')]
  return { status, code: answer.body?.code, retryAfter, cookies, challenge }
}

test.each(MODES)('%s: a store that is away is 503 on every guarded route: never 401, never let through', async mode => {
  const { app, clients } = await started()
  const jar = new Map(clients[mode].jar)
  const mend = breakStore('SQLITE_IOERR')
  for (const { address, method, body } of guardedIn(mode))
    expect({ address, method, ...(await ask(clients[mode], address, method, body)) }).toEqual({
      address,
      method,
      ...UNAVAILABLE,
    })
  expect(clients[mode].jar).toEqual(jar)
  expect(app.log.join('')).toContain('"outcome":"store_unavailable"')
  mend()
  expect((await clients[mode].send('/api/me')).status).toBe(200)
})

test('signing in, up and out, and refreshing, are 503 while the store is away, and leave cookies alone', async () => {
  const { clients } = await started()
  const mend = breakStore('SQLITE_IOERR')
  const open = ENDPOINTS.filter(({ path }) => /sign-|refresh|accounts|ready/.test(path))
  expect(open).toHaveLength(8)
  for (const { path, address, method, mode = 'session', body } of open)
    expect({ path, ...(await ask(clients[mode], address, method, body)) }).toEqual({ path, ...UNAVAILABLE })
  mend()
  for (const mode of MODES)
    expect((await clients[mode].send(`/api/${mode}/refresh`, { method: 'POST' })).status).toBe(200)
})

test('a switch of mode that cannot end what it leaves changes nothing', async () => {
  const { clients } = await started()
  const mend = breakStore('SQLITE_FULL')
  expect(await ask(clients.session, '/api/settings', 'PATCH', { mode: 'token' })).toEqual(UNAVAILABLE)
  mend()
  expect((await clients.session.send('/api/me')).status).toBe(200)
})

test('what needs no store goes on: the live endpoint, the settings, and whoever brings no credential', async () => {
  const { app, clients } = await started()
  breakStore('SQLITE_IOERR')
  expect((await clients.session.send('/api/health/live')).status).toBe(200)
  expect((await clients.session.send('/api/settings')).status).toBe(200)
  expect((await createClient(app).send('/api/me')).status).toBe(401)
})

test.each([
  ['SQLITE_BUSY', 'database is locked'],
  ['SQLITE_LOCKED', 'database table is locked'],
  ['SQLITE_FULL', 'database or disk is full'],
  ['SQLITE_IOERR', 'disk I/O error'],
  ['SQLITE_IOERR_WRITE', 'disk I/O error'],
  ['SQLITE_READONLY', 'attempt to write a readonly database'],
  ['SQLITE_CANTOPEN', 'unable to open database file'],
  ['SQLITE_CORRUPT', 'database disk image is malformed'],
  ['SQLITE_NOTADB', 'file is not a database'],
])('%s is an outage, and so says the answer', async (code, message) => {
  const { clients } = await started()
  breakStore(code, message)
  for (const mode of MODES) expect(await ask(clients[mode], '/api/me')).toEqual(UNAVAILABLE)
  expect(await ask(clients.session, '/api/session/sign-out', 'POST')).toEqual(UNAVAILABLE)
})

test.each([
  ['there is no such folder', (folder: string) => join(folder, 'no', 'such', 'folder', 'x.db')],
  [
    'it is something else',
    (folder: string) => {
      writeFileSync(join(folder, 'other.db'), 'this is no database, it only lies where one should be. '.repeat(100))
      return join(folder, 'other.db')
    },
  ],
])('a database that cannot be opened is 503 from the first request: %s', async (_, broken) => {
  const { app, clients } = await started()
  const folder = join(app.config.databaseUrl.replace('file:', ''), '..')
  const jars = MODES.map(mode => new Map(clients[mode].jar))
  await startApp({ databaseUrl: `file:${broken(folder)}` })
  for (const mode of MODES) {
    expect(await ask(clients[mode], '/api/health/ready')).toEqual(UNAVAILABLE)
    expect(await ask(clients[mode], '/api/me')).toEqual(UNAVAILABLE)
    expect(await ask(clients[mode], `/api/${mode}/refresh`, 'POST')).toEqual(UNAVAILABLE)
  }
  expect(MODES.map(mode => clients[mode].jar)).toEqual(jars)
})

test('a database that another process holds for too long is 503, and works again when it is let go', async () => {
  const { app, clients } = await started()
  const other = new Sqlite(app.config.databaseUrl.replace('file:', ''))
  other.exec('BEGIN IMMEDIATE')
  expect(await ask(clients.token, '/api/token/refresh', 'POST')).toEqual(UNAVAILABLE)
  // Readers need not wait for a writer.
  expect((await clients.session.send('/api/me')).status).toBe(200)
  other.exec('ROLLBACK')
  other.close()
  expect((await clients.token.send('/api/token/refresh', { method: 'POST' })).status).toBe(200)
})

test('a request that fails after it has set a cookie takes it back', async () => {
  const { app, clients } = await started()
  await createAccount(app, 'admin', 'other')
  const [admin] = await app.accounts.list()
  await app.accounts.change(admin?.id ?? '', { role: 'editor' }, app.clock.now(), app.clock.now())
  const broken = app as TestApp
  broken.notes = { ...app.notes, list: () => Promise.reject(new StoreUnavailable()) }
  const answer = await clients.session.send('/api/notes')
  expect(answer.steps.map(step => step.name)).toContain('cookie.set')
  expect([answer.status, answer.setCookies]).toEqual([503, []])
})

test('what is no outage is 500, once, without a word of what went wrong', async () => {
  const { app, clients } = await started()
  const broken = app as TestApp
  broken.notes = { ...app.notes, list: () => Promise.reject(new TypeError('a secret detail')) }
  const written: string[] = []
  const { write } = process.stderr
  process.stderr.write = (text: string | Uint8Array) => Boolean(written.push(String(text)))
  const answer = await clients.session.send('/api/notes')
  process.stderr.write = write
  expect([answer.status, answer.body.code, answer.setCookies]).toEqual([500, 'internal', []])
  expect(JSON.stringify(answer.body) + JSON.stringify(answer.steps)).not.toContain('secret detail')
  expect(written.join('')).toContain('TypeError: a secret detail')
  expect(app.log.filter(line => line.includes('"event":"failure"'))).toHaveLength(1)
  expect(clients.session.jar.has(COOKIES.session)).toBe(true)
})
