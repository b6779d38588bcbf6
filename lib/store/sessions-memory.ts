import type { SessionRecord } from '../accounts/account.ts'
import { isLive, type OwnerOf, onlyLive, type SessionStore, withOwner } from './sessions.ts'

/**
 * Session records in this process: gone when it stops, unknown to any other instance.
 * Accounts stay in the database; `ownerOf` asks for them.
 */
export function createMemorySessions(ownerOf: OwnerOf): SessionStore {
  const records = new Map<string, SessionRecord>()
  return {
    row: 'elsewhere',

    async create(record) {
      records.set(record.idHash, record)
    },

    async find(idHash) {
      const record =
        records.get(idHash) ??
        [...records.values()].find(({ previousIdHash }) => previousIdHash === idHash)
      return withOwner(record ?? null, ownerOf)
    },

    async touch(idHash, change) {
      const record = records.get(idHash)
      if (record && isLive(record, change.lastSeenAt)) records.set(idHash, { ...record, ...change })
    },

    async replaceId(idHash, next) {
      const record = records.get(idHash)
      if (!record) return false
      records.delete(idHash)
      records.set(next.idHash, { ...record, ...next })
      return true
    },

    async forgetPrevious(idHash) {
      for (const record of records.values())
        if (record.previousIdHash === idHash)
          records.set(record.idHash, { ...record, previousIdHash: null, renewedAt: null })
    },

    async delete(idHash) {
      return records.delete(idHash)
    },

    async listByUser(userId, now) {
      const own = [...records.values()].filter(record => record.userId === userId)
      return onlyLive(own, userId, now, ownerOf)
    },

    async deleteSignIn(handle) {
      const record = [...records.values()].find(record => record.handle === handle)
      return record !== undefined && records.delete(record.idHash)
    },

    async deleteByHandle(userId, handle) {
      const record = [...records.values()].find(
        record => record.handle === handle && record.userId === userId,
      )
      return record !== undefined && records.delete(record.idHash)
    },

    async sweep(now) {
      const expired = [...records.values()].filter(record => !isLive(record, now))
      for (const record of expired) records.delete(record.idHash)
      return expired.length
    },
  }
}
