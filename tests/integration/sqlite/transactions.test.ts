import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createHandle } from '../../../lib/random.ts'
import { isOutage } from '../../../lib/store/database.ts'
import { createAccount, startApp } from '../../fixtures/app.ts'

// There is one connection: what is sent while a transaction is open must not become a part of it.

const later = () => new Date(Date.now() + 60_000)
const row = (jti: string) => ({ data: { jti, expiresAt: later() } })

test('what is written beside a transaction that fails is not taken back with it', async () => {
  const { database } = await startApp()
  let beside: Promise<unknown> | undefined
  const failed = database.$transaction(async transaction => {
    await transaction.deniedToken.create(row('within'))
    beside = database.deniedToken.create(row('beside')).then(() => undefined)
    await transaction.deniedToken.count()
    throw new Error('on purpose')
  })
  await expect(failed).rejects.toThrow('on purpose')
  await beside
  expect((await database.deniedToken.findMany()).map(({ jti }) => jti)).toEqual(['beside'])
})

test('transactions at once come one after the other, and what goes wrong in one leaves the others alone', async () => {
  const { database } = await startApp()
  const names = Array.from({ length: 20 }, createHandle)
  const done = await Promise.allSettled(
    names.map((jti, index) =>
      database.$transaction([
        database.deniedToken.create(row(jti)),
        // Every third one takes a name that is taken.
        database.deniedToken.create(row(index % 3 === 0 ? jti : `${jti}-too`)),
      ]),
    ),
  )
  const kept = names.filter((_, index) => index % 3 !== 0)
  expect(done.map(({ status }) => status)).toEqual(
    names.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')),
  )
  const found = (await database.deniedToken.findMany()).map(({ jti }) => jti).sort()
  expect(found).toEqual(kept.flatMap(jti => [jti, `${jti}-too`]).sort())
})

test('a database that another process holds fails a transaction as a whole, and whoever waited goes on after it', async () => {
  const { database, config } = await startApp()
  await database.deniedToken.count()
  const other = new Sqlite(config.databaseUrl.replace('file:', ''))
  other.exec('BEGIN IMMEDIATE')
  const failed = database.$transaction([
    database.deniedToken.create(row('one')),
    database.deniedToken.create(row('two')),
  ])
  failed.catch(() => undefined)
  // It waits for the transaction, and as long as that for the other process: then it is told, or it
  // is done.
  const beside = await Promise.allSettled([
    database.deniedToken.create(row('beside')),
    database.deniedToken.count(),
  ])
  expect(isOutage(await failed.catch(thrown => thrown))).toBe(true)
  other.exec('ROLLBACK')
  other.close()
  for (const one of beside) if (one.status === 'rejected') expect(isOutage(one.reason)).toBe(true)
  await database.$transaction([
    database.deniedToken.create(row('three')),
    database.deniedToken.create(row('four')),
  ])
  const found = (await database.deniedToken.findMany()).map(({ jti }) => jti).sort()
  expect(found).toEqual([...(beside[0].status === 'fulfilled' ? ['beside'] : []), 'four', 'three'])
})

test('after a transaction that failed the next statement is on its own, and durable', async () => {
  const app = await startApp()
  await expect(
    app.database.$transaction([app.database.$executeRaw`SELECT no_such_column`]),
  ).rejects.toThrow()
  const account = await createAccount(app)
  const other = await startApp({ databaseUrl: app.config.databaseUrl })
  expect(await other.accounts.byId(account.id)).toEqual(account)
})
