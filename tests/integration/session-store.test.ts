import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Account, type SessionRecord, toVersioned } from '../../lib/accounts/account.ts'
import { plusSeconds } from '../../lib/clock.ts'
import { createHandle, createSecret, hashSecret } from '../../lib/random.ts'
import { openMemcached } from '../../lib/store/memcached.ts'
import { openRedis } from '../../lib/store/redis.ts'
import type { SessionStore } from '../../lib/store/sessions.ts'
import { createDatabaseSessions } from '../../lib/store/sessions-database.ts'
import { rememberEnds } from '../../lib/store/sessions-ended.ts'
import { createMemcachedSessions } from '../../lib/store/sessions-memcached.ts'
import { createMemorySessions } from '../../lib/store/sessions-memory.ts'
import { createRedisSessions } from '../../lib/store/sessions-redis.ts'
import { startMemcached } from '../../scripts/rig/memcached.ts'
import { locate } from '../../scripts/rig/programs.ts'
import { startRedis } from '../../scripts/rig/redis.ts'
import type { Server } from '../../scripts/rig/server.ts'
import { createAccount, startApp, type TestApp } from '../fixtures/app.ts'

type Adapter = {
  /**
   * The store as one instance has it; `server` is where its records are, if they are anywhere else.
   */
  open(app: TestApp, server: string): SessionStore
  start?(): Promise<Server>
  /** Whether what expired has to be removed, or goes by itself. */
  sweeps: boolean
  /** What an eviction would do: the list of an account is forgotten, and nothing else. */
  forgetList?(server: string, userId: string): Promise<unknown>
}

function redisAt(server: string) {
  const redis = openRedis(server)
  onTestFinished(redis.close)
  return redis
}

function memcachedAt(server: string) {
  const memcached = openMemcached(server)
  onTestFinished(memcached.close)
  return memcached
}

const remembered = (app: TestApp, store: SessionStore) =>
  rememberEnds(store, app.database, app.clock)

const ADAPTERS: Record<string, Adapter> = {
  database: { open: app => createDatabaseSessions(app.database, true), sweeps: true },
  memory: { open: app => createMemorySessions(app.accounts.ownerOf), sweeps: true },
  redis: {
    open: (app, server) =>
      remembered(app, createRedisSessions(redisAt(server), app.accounts.ownerOf)),
    start: startRedis,
    sweeps: false,
    forgetList: (server, userId) =>
      redisAt(server).ask(client => client.del(`authscope:account:${userId}`)),
  },
  memcached: {
    open: (app, server) =>
      remembered(app, createMemcachedSessions(memcachedAt(server), app.accounts.ownerOf)),
    start: startMemcached,
    sweeps: false,
    forgetList: (server, userId) => memcachedAt(server).delete(`authscope:account:${userId}`),
  },
}

const isHere = (name: string) =>
  !(name === 'redis' || name === 'memcached') || locate(name) !== null

// What every place that keeps sessions must do, whatever it is made of.
describe.each(Object.entries(ADAPTERS).map(([name, adapter]) => ({ name, ...adapter })))(
  '$name',
  adapter => {
    const testWhere = (condition: boolean) => it.skipIf(!condition || !isHere(adapter.name))
    const test = testWhere(true)
    let server: Server | undefined
    beforeAll(async () => {
      if (isHere(adapter.name)) server = await adapter.start?.()
    })
    afterAll(() => server?.stop())

    async function started() {
      const app = await startApp()
      const [owner, other] = [
        await createAccount(app, 'reader'),
        await createAccount(app, 'editor'),
      ]
      const open = () => adapter.open(app, server?.url ?? '')
      const store = open()
      const now = app.clock.now()
      const versionOf = async (id: string) =>
        (await app.accounts.credentials({ id }))?.signInVersion ?? ''
      // As it is when a password is looked at, unless a test says that it is read later.
      const versions = new Map([
        [owner.id, await versionOf(owner.id)],
        [other.id, await versionOf(other.id)],
      ])
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
          signInVersion: versions.get(changes.userId ?? owner.id) ?? '',
          previousIdHash: null,
          renewedAt: null,
          ...changes,
        }
        await store.create(record)
        return record
      }
      return { app, owner, other, store, open, now, make, versionOf }
    }

    const forgotten = { previousIdHash: null, renewedAt: null }
    const touch = (at: Date) => ({ lastSeenAt: at, idleExpiresAt: plusSeconds(at, 60) })

    test('finds what was created, with the account as it is now', async () => {
      const { app, owner, store, make } = await started()
      const record = await make()
      expect(await store.find(record.idHash)).toEqual({ record, account: owner })
      await createAccount(app, 'admin')
      await app.accounts.change(owner.id, { role: 'editor', disabled: true }, app.clock.now())
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
      const record = await make({
        idleExpiresAt: plusSeconds(now, -1),
        absoluteExpiresAt: plusSeconds(now, -1),
      })
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
      const at = Object.fromEntries(
        Object.entries(limits).map(([name, seconds]) => [name, plusSeconds(now, seconds)]),
      )
      const record = await make(at)
      for (const seconds of [60, 61])
        await store.touch(record.idHash, touch(plusSeconds(now, seconds)))
      expect((await store.find(record.idHash))?.record).toEqual(record)
      await store.touch(record.idHash, touch(plusSeconds(now, 59)))
      expect((await store.find(record.idHash))?.record.lastSeenAt).toEqual(plusSeconds(now, 59))
    })

    test('a touch never brings back what was deleted, nor an id that was replaced', async () => {
      const { store, make, now } = await started()
      const [deleted, replaced] = [await make(), await make()]
      await store.delete(deleted.idHash)
      const next = {
        idHash: hashSecret(createSecret()),
        role: 'reader' as const,
        ...forgotten,
        ...touch(now),
      }
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
      const replaced = await Promise.all(
        attempts.map(attempt => store.replaceId(record.idHash, attempt)),
      )
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
      const last = {
        idHash: hashSecret(createSecret()),
        role: 'editor' as const,
        ...forgotten,
        ...touch(now),
      }
      await store.replaceId(next.idHash, last)
      expect(await store.find(record.idHash)).toBeNull()
      expect(await store.find(next.idHash)).toBeNull()
    })

    test('the id before is found, and that is all: it neither touches, renews nor ends', async () => {
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
      await store.touch(record.idHash, touch(plusSeconds(now, 5)))
      expect(
        await store.replaceId(record.idHash, { ...next, idHash: hashSecret(createSecret()) }),
      ).toBe(false)
      expect(await store.delete(record.idHash)).toBe(false)
      expect((await store.find(next.idHash))?.record).toEqual({ ...record, ...next })
    })

    test('the id before leads nowhere from the moment it is let go of, and nothing else changes', async () => {
      const { store, make, now } = await started()
      const [record, other] = [await make(), await make()]
      const renewed = (previous: SessionRecord) => ({
        idHash: hashSecret(createSecret()),
        role: 'editor' as const,
        previousIdHash: previous.idHash,
        renewedAt: now,
        ...touch(now),
      })
      const [next, others] = [renewed(record), renewed(other)]
      await store.replaceId(record.idHash, next)
      await store.replaceId(other.idHash, others)
      await store.forgetPrevious(record.idHash)
      expect(await store.find(record.idHash)).toBeNull()
      expect((await store.find(next.idHash))?.record).toEqual({ ...record, ...next, ...forgotten })
      expect((await store.find(other.idHash))?.record.idHash).toBe(others.idHash)
      for (const idHash of [next.idHash, record.idHash, 'nobody'])
        await store.forgetPrevious(idHash)
      expect(await store.find(next.idHash)).not.toBeNull()
    })

    test('a record from before there were versions has ended', async () => {
      const { owner, store, make, now } = await started()
      const { signInVersion: _, ...fields } = await make()
      const old = { ...fields, idHash: hashSecret(createSecret()), handle: createHandle() }
      // The database has no such record: its migration gives each a version.
      if (adapter.name === 'database')
        return expect(store.create(old as SessionRecord)).rejects.toThrow()
      await store.create(old as SessionRecord)
      expect(await store.find(old.idHash)).toBeNull()
      expect((await store.listByUser(owner.id, now)).map(({ handle }) => handle)).not.toContain(
        old.handle,
      )
    })

    test('a sign-in is ended by its name whatever its id has become', async () => {
      const { store, make, now } = await started()
      const [record, other] = [await make(), await make()]
      const next = {
        idHash: hashSecret(createSecret()),
        role: 'reader' as const,
        ...forgotten,
        ...touch(now),
      }
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

    test('sweeps what has expired, and says how many, where it does not go by itself', async () => {
      const { store, make, now } = await started()
      const live = await make()
      await make({ idleExpiresAt: now })
      await make({ absoluteExpiresAt: plusSeconds(now, -1) })
      expect(await store.sweep(now)).toBe(adapter.sweeps ? 2 : 0)
      expect(await store.sweep(now)).toBe(0)
      expect(await store.find(live.idHash)).not.toBeNull()
    })

    test('ending all of them at once ends those from before, but the one that is kept, for good', async () => {
      const { app, owner, other, store, make, versionOf } = await started()
      const [ended, kept, others] = [await make(), await make(), await make({ userId: other.id })]
      expect(
        await app.accounts.endSignIns(owner.id, { ...toVersioned(kept), row: 'elsewhere' }),
      ).not.toBe(null)
      // The password was looked at before, and the record stored after: nobody could have listed it
      // then.
      const late = await make()
      const after = await make({ signInVersion: await versionOf(owner.id) })
      for (const { idHash } of [ended, late]) expect(await store.find(idHash)).toBeNull()
      for (const { idHash } of [kept, after, others])
        expect(await store.find(idHash)).not.toBeNull()
      expect(await app.accounts.endSignIns(owner.id, null)).not.toBe(null)
      for (const { idHash } of [ended, kept, late, after])
        expect(await store.find(idHash)).toBeNull()
      // None that has ended keeps itself.
      for (const one of [ended, kept, after])
        expect(
          await app.accounts.endSignIns(owner.id, { ...toVersioned(one), row: 'elsewhere' }),
        ).toBe(null)
      for (const { idHash } of [ended, kept, late, after])
        expect(await store.find(idHash)).toBeNull()
    })

    testWhere(adapter.forgetList !== undefined)(
      'a list that was forgotten hides sessions, and saves none from being ended',
      async () => {
        const { app, owner, store, make, now } = await started()
        const [hidden, before] = [await make(), await make()]
        await adapter.forgetList?.(server?.url ?? '', owner.id)
        const listed = await make()
        expect((await store.listByUser(owner.id, now)).map(record => record.handle)).toEqual([
          listed.handle,
        ])
        expect(await store.find(hidden.idHash)).not.toBeNull()
        expect(await store.deleteSignIn(before.handle)).toBe(true)
        expect(await store.find(before.idHash)).toBeNull()
        await app.accounts.endSignIns(owner.id, null)
        for (const { idHash } of [hidden, listed]) expect(await store.find(idHash)).toBeNull()
      },
    )

    testWhere(adapter.forgetList !== undefined)(
      'what is used after its list was forgotten is listed again, once',
      async () => {
        const { owner, store, make, now } = await started()
        const [used, other] = [await make(), await make()]
        await adapter.forgetList?.(server?.url ?? '', owner.id)
        for (const seconds of [5, 6])
          await store.touch(used.idHash, touch(plusSeconds(now, seconds)))
        expect((await store.listByUser(owner.id, now)).map(record => record.handle)).toEqual([
          used.handle,
        ])
        await store.touch(other.idHash, touch(plusSeconds(now, 7)))
        const listed = (await store.listByUser(owner.id, now)).map(record => record.handle)
        expect(listed.toSorted()).toEqual([used.handle, other.handle].toSorted())
      },
    )

    testWhere(adapter.name !== 'memory')(
      'what one instance keeps another finds, changes and ends',
      async () => {
        const { store, open, make, now } = await started()
        const elsewhere = open()
        const record = await make()
        expect((await elsewhere.find(record.idHash))?.record).toEqual(record)
        await elsewhere.touch(record.idHash, touch(plusSeconds(now, 5)))
        expect((await store.find(record.idHash))?.record.lastSeenAt).toEqual(plusSeconds(now, 5))
        expect(await elsewhere.delete(record.idHash)).toBe(true)
        expect(await store.find(record.idHash)).toBeNull()
      },
    )

    test('of a renewal and an end at once, from two instances, the end is what stays', async () => {
      const { owner, store, open, make, now } = await started()
      const elsewhere = adapter.name === 'memory' ? store : open()
      for (let round = 0; round < 20; round += 1) {
        const record = await make()
        const next = {
          idHash: hashSecret(createSecret()),
          role: 'reader' as const,
          ...forgotten,
          ...touch(now),
        }
        const ways = [
          () => elsewhere.deleteSignIn(record.handle),
          () => elsewhere.deleteByHandle(owner.id, record.handle),
        ]
        const work = [() => store.replaceId(record.idHash, next), ways[round % 2] ?? ways[0]]
        if (round % 4 > 1) work.reverse()
        await Promise.all(work.map(one => one?.()))
        expect(await store.find(record.idHash)).toBeNull()
        expect(await store.find(next.idHash)).toBeNull()
      }
      expect(await store.listByUser(owner.id, now)).toEqual([])
    })

    test('a touch, a renewal and an end at once leave nothing, or one record that is whole', async () => {
      const { store, open, make, now } = await started()
      const elsewhere = adapter.name === 'memory' ? store : open()
      for (let round = 0; round < 20; round += 1) {
        const record = await make()
        const next = {
          idHash: hashSecret(createSecret()),
          role: 'editor' as const,
          ...forgotten,
          ...touch(now),
        }
        const later = touch(plusSeconds(now, 30))
        const [renewed, deleted] = await Promise.all([
          store.replaceId(record.idHash, next),
          elsewhere.delete(record.idHash),
          elsewhere.touch(record.idHash, later),
          store.touch(record.idHash, later),
        ])
        expect([renewed, deleted]).toContain(true)
        expect(await store.find(record.idHash)).toBeNull()
        const found = (await store.find(next.idHash))?.record ?? null
        // Ended last, or renewed last: then with the limits of the renewal.
        if (renewed && !deleted) expect(found).toEqual({ ...record, ...next })
        if (deleted && !renewed) expect(found).toBeNull()
      }
    })

    test('of many renewals at once from two instances one wins, and its id alone is good', async () => {
      const { owner, store, open, make, now } = await started()
      const stores = [store, adapter.name === 'memory' ? store : open()]
      for (let round = 0; round < 5; round += 1) {
        const record = await make()
        const attempts = Array.from({ length: 10 }, () => ({
          idHash: hashSecret(createSecret()),
          role: 'reader' as const,
          ...forgotten,
          ...touch(now),
        }))
        const won = await Promise.all(
          attempts.map((next, index) => stores[index % 2]?.replaceId(record.idHash, next) ?? false),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        const good = await Promise.all(
          attempts.map(async ({ idHash }) => (await store.find(idHash)) !== null),
        )
        expect(good).toEqual(won)
        expect(await store.deleteByHandle(owner.id, record.handle)).toBe(true)
      }
    })

    test('twenty sign-ins at once are all on the list', async () => {
      const { owner, store, make, now } = await started()
      const made = await Promise.all(Array.from({ length: 20 }, () => make()))
      const handles = (await store.listByUser(owner.id, now)).map(record => record.handle)
      expect(handles.sort()).toEqual(made.map(record => record.handle).sort())
    })
  },
)
