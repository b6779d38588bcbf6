import { describe, expect, test } from 'vitest'
import type { Account } from '../../lib/accounts/account.ts'
import { plusSeconds } from '../../lib/clock.ts'
import { createHandle, createSecret, hashSecret } from '../../lib/random.ts'
import type { SessionRecord, SessionStore } from '../../lib/store/sessions.ts'
import { createDatabaseSessions } from '../../lib/store/sessions-database.ts'
import { createMemorySessions } from '../../lib/store/sessions-memory.ts'
import { createAccount, startApp, type TestApp } from '../fixtures/app.ts'

const ADAPTERS: Record<string, (app: TestApp) => SessionStore> = {
  database: app => createDatabaseSessions(app.database, true),
  memory: app => createMemorySessions(app.accounts.byId),
}

// What every place that keeps sessions must do, whatever it is made of.
describe.each(Object.entries(ADAPTERS))('%s', (_, create) => {
  async function started() {
    const app = await startApp()
    const [owner, other] = [await createAccount(app, 'reader'), await createAccount(app, 'editor')]
    const store = create(app)
    const now = app.clock.now()
    const make = async (changes: Partial<SessionRecord> = {}): Promise<SessionRecord> => {
      const record = {
        idHash: hashSecret(createSecret()),
        handle: createHandle(),
        userId: owner.id,
        role: owner.role,
        createdAt: now,
        lastSeenAt: now,
        idleSeconds: 60,
        idleExpiresAt: plusSeconds(now, 60),
        absoluteExpiresAt: plusSeconds(now, 600),
        userAgent: 'a browser',
        address: '192.0.2.1',
        previousIdHash: null,
        renewedAt: null,
        ...changes,
      }
      await store.create(record)
      return record
    }
    return { app, owner, other, store, now, make }
  }

  const forgotten = { previousIdHash: null, renewedAt: null }
  const touch = (at: Date) => ({ lastSeenAt: at, idleExpiresAt: plusSeconds(at, 60) })

  test('finds what was created, with the account as it is now', async () => {
    const { app, owner, store, make } = await started()
    const record = await make()
    expect(await store.find(record.idHash)).toEqual({ record, account: owner })
    await createAccount(app, 'admin')
    await app.accounts.change(owner.id, { role: 'editor', disabled: true }, app.clock.now(), app.clock.now())
    const changed: Account = { ...owner, role: 'editor', disabled: true }
    expect(await store.find(record.idHash)).toEqual({ record, account: changed })
  })

  test('finds nothing under an id that is not there', async () => {
    const { store, make } = await started()
    const { handle } = await make()
    for (const id of ['', handle, hashSecret('x'), '__proto__', "' OR 1=1 --", '%'])
      expect(await store.find(id)).toBeNull()
  })

  test('finds what has expired too: whoever asks decides', async () => {
    const { store, make, now } = await started()
    const record = await make({ idleExpiresAt: plusSeconds(now, -1), absoluteExpiresAt: plusSeconds(now, -1) })
    expect((await store.find(record.idHash))?.record).toEqual(record)
  })

  test('finds nothing of an account that was removed', async () => {
    const { app, owner, store, make } = await started()
    const record = await make()
    await app.database.user.delete({ where: { id: owner.id } })
    expect(await store.find(record.idHash)).toBeNull()
  })

  test('a touch moves the idle limit and nothing else', async () => {
    const { store, make, now } = await started()
    const record = await make()
    const change = touch(plusSeconds(now, 30))
    await store.touch(record.idHash, change)
    expect((await store.find(record.idHash))?.record).toEqual({ ...record, ...change })
  })

  test.each([
    ['idle', { idleExpiresAt: 60 }],
    ['absolute', { idleExpiresAt: 600, absoluteExpiresAt: 60 }],
  ])('a touch at or after the %s limit changes nothing', async (_, limits) => {
    const { store, make, now } = await started()
    const at = Object.fromEntries(Object.entries(limits).map(([name, seconds]) => [name, plusSeconds(now, seconds)]))
    const record = await make(at)
    for (const seconds of [60, 61]) await store.touch(record.idHash, touch(plusSeconds(now, seconds)))
    expect((await store.find(record.idHash))?.record).toEqual(record)
    await store.touch(record.idHash, touch(plusSeconds(now, 59)))
    expect((await store.find(record.idHash))?.record.lastSeenAt).toEqual(plusSeconds(now, 59))
  })

  test('a touch never brings back what was deleted, nor an id that was replaced', async () => {
    const { store, make, now } = await started()
    const [deleted, replaced] = [await make(), await make()]
    await store.delete(deleted.idHash)
    const next = { idHash: hashSecret(createSecret()), role: 'reader' as const, ...forgotten, ...touch(now) }
    await store.replaceId(replaced.idHash, next)
    for (const { idHash } of [deleted, replaced]) {
      await store.touch(idHash, touch(plusSeconds(now, 1)))
      expect(await store.find(idHash)).toBeNull()
    }
  })

  test('an id is replaced in one step, once', async () => {
    const { store, make, now } = await started()
    const record = await make()
    const next = () => ({
      idHash: hashSecret(createSecret()),
      role: 'editor' as const,
      ...forgotten,
      ...touch(plusSeconds(now, 5)),
    })
    const attempts = Array.from({ length: 10 }, next)
    const replaced = await Promise.all(attempts.map(attempt => store.replaceId(record.idHash, attempt)))
    expect(replaced.filter(Boolean)).toHaveLength(1)
    const winner = attempts[replaced.indexOf(true)]
    expect((await store.find(winner?.idHash ?? ''))?.record).toEqual({ ...record, ...winner })
    expect(await store.find(record.idHash)).toBeNull()
    expect(await store.listByUser(record.userId, now)).toHaveLength(1)
  })

  test('the id before is found too where it was remembered, until the next one', async () => {
    const { store, make, now } = await started()
    const record = await make()
    const next = {
      idHash: hashSecret(createSecret()),
      role: 'editor' as const,
      previousIdHash: record.idHash,
      renewedAt: now,
      ...touch(now),
    }
    await store.replaceId(record.idHash, next)
    expect((await store.find(record.idHash))?.record.idHash).toBe(next.idHash)
    const last = { idHash: hashSecret(createSecret()), role: 'editor' as const, ...forgotten, ...touch(now) }
    await store.replaceId(next.idHash, last)
    expect(await store.find(record.idHash)).toBeNull()
    expect(await store.find(next.idHash)).toBeNull()
  })

  test('a sign-in is ended by its name whatever its id has become', async () => {
    const { store, make, now } = await started()
    const [record, other] = [await make(), await make()]
    const next = { idHash: hashSecret(createSecret()), role: 'reader' as const, ...forgotten, ...touch(now) }
    await store.replaceId(record.idHash, next)
    expect(await store.deleteSignIn(record.handle)).toBe(true)
    expect(await store.deleteSignIn(record.handle)).toBe(false)
    expect(await store.find(next.idHash)).toBeNull()
    expect(await store.find(other.idHash)).not.toBeNull()
  })

  test('deleting says whether there was something to delete', async () => {
    const { store, make } = await started()
    const { idHash } = await make()
    const answers = await Promise.all(Array.from({ length: 5 }, () => store.delete(idHash)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await store.find(idHash)).toBeNull()
  })

  test('lists what an account has that has not expired', async () => {
    const { owner, other, store, make, now } = await started()
    const live = [await make(), await make()]
    await make({ idleExpiresAt: now })
    await make({ absoluteExpiresAt: now })
    const others = await make({ userId: other.id })
    const byHash = (a: SessionRecord, b: SessionRecord) => (a.idHash < b.idHash ? -1 : 1)
    expect((await store.listByUser(owner.id, now)).sort(byHash)).toEqual(live.sort(byHash))
    expect(await store.listByUser(other.id, now)).toEqual([others])
    expect(await store.listByUser('nobody', now)).toEqual([])
  })

  test('ends a sign-in by its public name, for its owner alone', async () => {
    const { owner, other, store, make } = await started()
    const record = await make()
    expect(await store.deleteByHandle(other.id, record.handle)).toBe(false)
    expect(await store.deleteByHandle(owner.id, record.idHash)).toBe(false)
    expect(await store.find(record.idHash)).not.toBeNull()
    expect(await store.deleteByHandle(owner.id, record.handle)).toBe(true)
    expect(await store.deleteByHandle(owner.id, record.handle)).toBe(false)
    expect(await store.find(record.idHash)).toBeNull()
  })

  test('sweeps what has expired, and says how many', async () => {
    const { store, make, now } = await started()
    const live = await make()
    await make({ idleExpiresAt: now })
    await make({ absoluteExpiresAt: plusSeconds(now, -1) })
    expect(await store.sweep(now)).toBe(2)
    expect(await store.sweep(now)).toBe(0)
    expect(await store.find(live.idHash)).not.toBeNull()
  })
})
