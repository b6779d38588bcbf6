import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { startApp } from '../../fixtures/app.ts'
import { ask, started, UNAVAILABLE } from '../../fixtures/outage.ts'
import { breakStore } from '../../fixtures/sql.ts'

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
  breakStore({ code, message })
  // Each is tried again for a while: all of them at once.
  const asked = [
    ...MODES.map(mode => ask(clients[mode], '/api/me')),
    ask(clients.session, '/api/session/sign-out', 'POST'),
  ]
  expect(await Promise.all(asked)).toEqual(asked.map(() => UNAVAILABLE))
})

test.each([
  ['there is no such folder', (folder: string) => join(folder, 'no', 'such', 'folder', 'x.db')],
  [
    'it is something else',
    (folder: string) => {
      writeFileSync(
        join(folder, 'other.db'),
        'this is no database, it only lies where one should be. '.repeat(100),
      )
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
