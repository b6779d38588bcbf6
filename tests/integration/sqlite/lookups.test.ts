import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { MODES } from '../../../lib/settings/settings.ts'
import { lookupsOf } from '../../../lib/store/database.ts'
import { startApp } from '../../fixtures/app.ts'
import { seeds } from '../../fixtures/portion.ts'
import { signedIn } from '../../fixtures/signed-in.ts'
import { watchSql } from '../../fixtures/sql.ts'
import { createRandom } from '../../walk/random.ts'

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

test.each(MODES)(
  '%s: while nothing is committed, a request asks only whether anything was',
  async mode => {
    const { app, client } = await signedIn(mode)
    const ask = () => client.send('/api/verify', { headers: { 'auth-mode': mode } })
    await ask()
    await ask()
    const statements = watchSql()
    const asked = async () => {
      statements.length = 0
      expect((await ask()).status).toBe(204)
      return statements.map(sql => sql.trim().slice(0, 19))
    }
    expect(await asked()).toEqual(['PRAGMA data_version'])
    expect(await asked()).toEqual(['PRAGMA data_version'])
    await app.database.user.updateMany({ data: { name: 'Another' } })
    expect(await asked()).toEqual(['PRAGMA data_version', expect.stringMatching(/^SELECT/)])
    expect(await asked()).toEqual(['PRAGMA data_version'])
  },
)

// Whatever is written, by whom, in whatever order: a lookup finds what a connection finds that has
// just been opened.
test.each(seeds([1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))(
  'no lookup finds what is not there any more: walk %i',
  async seed => {
    const random = createRandom(seed)
    const { database, config } = await startApp()
    const file = config.databaseUrl.replace('file:', '')
    const find = lookupsOf(database).prepare('SELECT * FROM "DeniedToken" WHERE "jti" = $1')
    const names = ['a', 'b', 'c', 'd']
    const expiresAt = new Date(0)
    const elsewhere = new Sqlite(file)
    const write: Record<string, (jti: string) => unknown> = {
      deny: jti =>
        database.deniedToken.upsert({ where: { jti }, create: { jti, expiresAt }, update: {} }),
      let: jti => database.deniedToken.deleteMany({ where: { jti } }),
      'let elsewhere': jti =>
        elsewhere.prepare('DELETE FROM "DeniedToken" WHERE "jti" = ?').run(jti),
      'deny elsewhere': jti =>
        elsewhere
          .prepare('INSERT OR IGNORE INTO "DeniedToken" ("jti", "expiresAt") VALUES (?, ?)')
          .run(jti, expiresAt.toISOString()),
      'take back': jti =>
        database
          .$transaction(async transaction => {
            await transaction.deniedToken.deleteMany({ where: { jti } })
            await find(jti)
            throw new Error('taken back')
          })
          .catch(() => undefined),
      nothing: () => undefined,
    }
    const done: string[] = []
    for (let step = 0; step < 150; step += 1) {
      const kind = random.pick(Object.keys(write)) ?? ''
      const jti = random.pick(names) ?? ''
      await write[kind]?.(jti)
      done.push(`${kind} ${jti}`)
      for (const name of names) {
        if (random.between(0, 2) === 0) continue
        const fresh = new Sqlite(file)
        const there = fresh.prepare('SELECT 1 FROM "DeniedToken" WHERE "jti" = ?').all(name).length
        fresh.close()
        expect({ after: done.slice(-5), name, found: (await find(name)).length }).toEqual({
          after: done.slice(-5),
          name,
          found: there,
        })
      }
    }
    elsewhere.close()
  },
)

test('moments are the same as Prisma reads them, and what is null is null', async () => {
  const { app, client } = await signedIn('session')
  await client.send('/api/verify')
  const stored = await app.database.session.findFirstOrThrow()
  const found = await app.sessions.find(stored.idHash)
  expect(found?.record).toEqual(stored)
})
