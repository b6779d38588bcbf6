import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { lookupsOf } from '../../../lib/store/database.ts'
import { startApp } from '../../fixtures/app.ts'
import { signedIn } from '../../fixtures/signed-in.ts'

const PRAGMAS = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout']

test('both connections are to the same file and have the same pragmas', async () => {
  const { database } = await startApp()
  for (const pragma of [...PRAGMAS, 'database_list']) {
    const viaPrisma = await database.$queryRawUnsafe<object[]>(`PRAGMA ${pragma}`)
    const own = await lookupsOf(database).prepare<object>(`PRAGMA ${pragma}`)()
    const valuesOf = (rows: object[]) => rows.map(row => Object.values(row).map(String))
    expect({ pragma, own: valuesOf(own) }).toEqual({ pragma, own: valuesOf(viaPrisma) })
  }
})

test('a lookup changes nothing', async () => {
  const { database } = await startApp()
  const change = lookupsOf(database).prepare(`DELETE FROM "User" WHERE 1 = 0 RETURNING "id"`)
  await expect(change()).rejects.toThrow(/readonly/)
})

test('what was committed is found by the next lookup, and what was not is not', async () => {
  const { app, account } = await signedIn('session')
  const { database } = app
  const find = lookupsOf(database).prepare<{ name: string }>(
    'SELECT "name" FROM "User" WHERE "id" = $1',
  )
  const nameNow = async () => (await find(account.id))[0]?.name
  const before = await nameNow()
  await database
    .$transaction(async transaction => {
      await transaction.user.update({ where: { id: account.id }, data: { name: 'In between' } })
      expect(await nameNow()).toBe(before)
      throw new Error('taken back')
    })
    .catch(() => undefined)
  expect(await nameNow()).toBe(before)
  for (let round = 0; round < 20; round += 1) {
    await database.user.update({ where: { id: account.id }, data: { name: `Round ${round}` } })
    expect(await nameNow()).toBe(`Round ${round}`)
  }
  // Another process, such as another instance.
  const other = new Sqlite(app.config.databaseUrl.replace('file:', ''))
  other.prepare('UPDATE "User" SET "name" = ?').run('Elsewhere')
  other.close()
  expect(await nameNow()).toBe('Elsewhere')
})

test.each(MODES)('%s: what a request asks for was prepared before', async mode => {
  const { client } = await signedIn(mode)
  const ask = () => client.send('/api/verify', { headers: { 'auth-mode': mode } })
  await ask()
  const prepared = vi.spyOn(Sqlite.prototype, 'prepare')
  expect((await ask()).status).toBe(204)
  expect(prepared).not.toHaveBeenCalled()
  prepared.mockRestore()
})

test('moments are the same as Prisma reads them, and what is null is null', async () => {
  const { app, client } = await signedIn('session')
  await client.send('/api/verify')
  const stored = await app.database.session.findFirstOrThrow()
  const found = await app.sessions.find(stored.idHash)
  expect(found?.record).toEqual(stored)
})
