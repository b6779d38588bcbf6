import type { SessionRecord } from '../accounts/account.ts'
import { SECOND } from '../clock.ts'
import { StoreUnavailable } from './database.ts'
import type { Held, Memcached } from './memcached.ts'
import { isLive, type OwnerOf, onlyLive, type SessionStore, withOwner } from './sessions.ts'

/**
 * How long a record is kept past its absolute end, in seconds: whoever comes just after is told
 * that it has expired.
 */
const AFTERWARDS = 60
/** A list of an account's sign-ins outlives the longest of them. */
const LIST_SECONDS = 13 * 60 * 60
/** How often a change is tried again that somebody else's came before. */
const ATTEMPTS = 20

/** What may be a part of a key: nothing that Memcached reads as a space or an end. */
const isName = (text: string): boolean => /^[\w-]{1,64}$/.test(text)

// A sign-in has one record, under its public name; the hashes of its ids lead there, the one before
// a change of role too. The record alone decides which id is good, and it is changed by compare and
// swap: of any two changes at once one comes first, and the other sees it.
const recordKey = (handle: string) => `authscope:sign-in:${handle}`
const idKey = (idHash: string) => `authscope:session:${idHash}`
const listKey = (userId: string) => `authscope:account:${userId}`

const toText = (record: SessionRecord): string => JSON.stringify(record)

function toRecord({ value }: Held): SessionRecord {
  const isDate = (name: string, member: unknown) => /(At)$/.test(name) && typeof member === 'string'
  return JSON.parse(value, (name, member) => (isDate(name, member) ? new Date(member) : member))
}

/**
 * Whole seconds a record is kept from a moment on, by the app's clock alone: Memcached has its own.
 */
const secondsLeft = (record: SessionRecord, now: Date): number =>
  Math.ceil((record.absoluteExpiresAt.getTime() - now.getTime()) / SECOND) + AFTERWARDS

/**
 * Session records in Memcached: shared by every instance, kept nowhere else. It forgets everything
 * when it stops, and what was used least when it is full: whoever that was is signed out, never in.
 * The list of an account may be forgotten alone; its sessions then go on without being on the
 * devices page or counted, and ending all of them still does, since the database remembers that.
 */
export function createMemcachedSessions(memcached: Memcached, ownerOf: OwnerOf): SessionStore {
  /** The record an id leads to, whether or not the id is still good. */
  async function recordOf(idHash: string): Promise<{ held: Held; record: SessionRecord } | null> {
    const handle = isName(idHash) ? await memcached.get(idKey(idHash)) : null
    const held = handle && (await memcached.get(recordKey(handle.value)))
    return held && { held, record: toRecord(held) }
  }

  /**
   * Changes a record step by step until nobody comes in between. False when `change` finds nothing
   * to change, or it has ended.
   */
  async function swap(
    idHash: string,
    now: Date,
    change: (record: SessionRecord) => SessionRecord | null,
  ) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const found = await recordOf(idHash)
      const next = found?.record.idHash === idHash ? change(found.record) : null
      if (!found || !next) return null
      const key = recordKey(next.handle)
      const swapped = await memcached.swap(
        key,
        toText(next),
        secondsLeft(next, now),
        found.held.cas,
      )
      if (swapped === 'done') return found.record
      if (swapped === 'gone') return null
    }
    throw new StoreUnavailable('a session changes too often')
  }

  async function enlist(userId: string, handle: string): Promise<void> {
    const key = listKey(userId)
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const held = await memcached.get(key)
      const listed: string[] = held ? JSON.parse(held.value) : []
      if (listed.includes(handle)) return
      const handles = JSON.stringify([...listed, handle])
      if (held && (await memcached.swap(key, handles, LIST_SECONDS, held.cas)) === 'done') return
      if (!held && (await memcached.add(key, handles, LIST_SECONDS))) return
    }
    throw new StoreUnavailable('a list of sign-ins changes too often')
  }

  /** The records of an account's list; those that are gone are taken off it. */
  async function listed(userId: string): Promise<SessionRecord[]> {
    const held = await memcached.get(listKey(userId))
    if (!held) return []
    const handles = JSON.parse(held.value) as string[]
    const found = await memcached.getMany(handles.map(recordKey))
    const kept = handles.filter(handle => found.has(recordKey(handle)))
    // Whoever is added meanwhile wins: then it is tidied the next time.
    if (kept.length < handles.length)
      await memcached.swap(listKey(userId), JSON.stringify(kept), LIST_SECONDS, held.cas)
    return [...found.values()].map(toRecord)
  }

  return {
    row: 'elsewhere',

    async create(record) {
      const seconds = secondsLeft(record, record.createdAt)
      // The list after the record, or it would be tidied off again; the id at the end, so that
      // nothing can be used that is not listed.
      await memcached.set(recordKey(record.handle), toText(record), seconds)
      await enlist(record.userId, record.handle)
      await memcached.set(idKey(record.idHash), record.handle, seconds)
    },

    async find(idHash) {
      const record = (await recordOf(idHash))?.record ?? null
      return withOwner(
        record?.idHash === idHash || record?.previousIdHash === idHash ? record : null,
        ownerOf,
      )
    },

    async touch(idHash, change) {
      const touched = await swap(idHash, change.lastSeenAt, record =>
        isLive(record, change.lastSeenAt) ? { ...record, ...change } : null,
      )
      // An eviction may have taken the list.
      if (touched) await enlist(touched.userId, touched.handle)
    },

    async replaceId(idHash, next) {
      const found = await recordOf(idHash)
      if (found?.record.idHash !== idHash) return false
      // The new id leads to the record before that says so: until then it is not good, and after
      // that it must not lead nowhere.
      const seconds = secondsLeft(found.record, next.lastSeenAt)
      await memcached.set(idKey(next.idHash), found.record.handle, seconds)
      const replaced = await swap(idHash, next.lastSeenAt, record => ({ ...record, ...next }))
      if (!replaced) await memcached.delete(idKey(next.idHash))
      return replaced !== null
    },

    async forgetPrevious(idHash) {
      const found = await recordOf(idHash)
      if (found?.record.previousIdHash !== idHash) return
      await swap(found.record.idHash, found.record.lastSeenAt, record =>
        record.previousIdHash === idHash
          ? { ...record, previousIdHash: null, renewedAt: null }
          : null,
      )
    },

    async delete(idHash) {
      const found = await recordOf(idHash)
      if (found?.record.idHash !== idHash) return false
      return memcached.delete(recordKey(found.record.handle))
    },

    async listByUser(userId, now) {
      return onlyLive(isName(userId) ? await listed(userId) : [], userId, now, ownerOf)
    },

    deleteSignIn: async handle => isName(handle) && memcached.delete(recordKey(handle)),

    async deleteByHandle(userId, handle) {
      const held = isName(handle) ? await memcached.get(recordKey(handle)) : null
      return (
        held !== null && toRecord(held).userId === userId && memcached.delete(recordKey(handle))
      )
    },

    sweep: async () => 0,
  }
}
