import { type Clock, plusSeconds } from '../clock.ts'
import { LIFETIMES, REMEMBERED_AFTERWARDS } from '../settings/settings.ts'
import type { Database } from './database.ts'
import type { SessionStore } from './sessions.ts'

/**
 * A store for session records that may come back from an older state, such as a Redis from its last
 * snapshot or from a replica that was behind: what has ended since would be in it as if it had not.
 * So each end is also in the database, which is asked for the account at each request anyway
 * (`withOwner`), until the session would have expired.
 */
export function rememberEnds(store: SessionStore, database: Database, clock: Clock): SessionStore {
  // Of several at once each finds it remembered: Prisma's upsert would look first, and fail.
  async function remember(name: string): Promise<void> {
    const expiresAt = plusSeconds(clock.now(), LIFETIMES.sessionAbsolute)
    await database.$executeRaw`
      INSERT INTO "EndedSession" ("name", "expiresAt") VALUES (${name}, ${expiresAt})
      ON CONFLICT ("name") DO NOTHING`
  }

  return {
    ...store,

    // Only once it was replaced: a store that goes away in between must not cost the sign-in.
    async replaceId(idHash, next) {
      const replaced = await store.replaceId(idHash, next)
      if (replaced) await remember(idHash)
      return replaced
    },

    // First: whoever is told that it has ended, now or when asking again, is told the truth.
    async delete(idHash) {
      await remember(idHash)
      return store.delete(idHash)
    },

    async deleteSignIn(handle) {
      await remember(handle)
      return store.deleteSignIn(handle)
    },

    // Only once it was found to be this user's.
    async deleteByHandle(userId, handle) {
      const deleted = await store.deleteByHandle(userId, handle)
      if (deleted) await remember(handle)
      return deleted
    },

    async sweep(now) {
      const { count } = await database.endedSession.deleteMany({
        where: { expiresAt: { lte: plusSeconds(now, -REMEMBERED_AFTERWARDS) } },
      })
      return count + (await store.sweep(now))
    },
  }
}
