import {
  type Account,
  isBarred,
  type SessionRecord,
  toVersioned,
  wasEndedAtOnce,
} from '../accounts/account.ts'
import type { Role } from '../settings/settings.ts'
import { type Database, lookupsOf } from './database.ts'
import { type SessionStore, toFound } from './sessions.ts'

type Stored = Omit<SessionRecord, 'role'> & { role: string }

/** A record and its account, as one lookup finds them. */
type Row = Stored & {
  email: string
  name: string
  accountRole: string
  disabledAt: Date | null
  groupId: string | null
  accountVersion: string
  sessionKept: string | null
}

// Spelled out: at each request copying all the rest of a wide row takes longer than finding it.
const toRecord = (row: Stored): SessionRecord => ({
  idHash: row.idHash,
  handle: row.handle,
  userId: row.userId,
  role: row.role as Role,
  createdAt: row.createdAt,
  lastSeenAt: row.lastSeenAt,
  idleSeconds: row.idleSeconds,
  idleExpiresAt: row.idleExpiresAt,
  absoluteExpiresAt: row.absoluteExpiresAt,
  userAgent: row.userAgent,
  address: row.address,
  signInVersion: row.signInVersion,
  previousIdHash: row.previousIdHash,
  renewedAt: row.renewedAt,
})

const toAccount = (row: Row, demo: boolean): Account => ({
  id: row.userId,
  email: row.email,
  name: row.name,
  role: row.accountRole as Role,
  disabled: isBarred(row, demo),
  groupId: row.groupId,
})

/**
 * The record and its account in one statement, instead of findUnique with include, which would be
 * two.
 */
const findBy = (column: 'idHash' | 'previousIdHash') => `
  SELECT s."idHash", s."handle", s."userId", s."role", s."createdAt", s."lastSeenAt",
    s."idleSeconds", s."idleExpiresAt", s."absoluteExpiresAt", s."userAgent", s."address",
    s."signInVersion", s."previousIdHash", s."renewedAt", u."email", u."name",
    u."role" AS "accountRole", u."disabledAt", u."groupId",
    u."signInVersion" AS "accountVersion", u."sessionKept"
  FROM "Session" s JOIN "User" u ON u."id" = s."userId"
  WHERE s."${column}" = $1`

/** Session records in the database: durable, shared by every instance that shares it. */
export function createDatabaseSessions(database: Database, demo: boolean): SessionStore {
  const { session } = database
  const { prepare } = lookupsOf(database)
  const findById = prepare<Row>(findBy('idHash'))
  const findByPrevious = prepare<Row>(findBy('previousIdHash'))
  return {
    row: 'session',

    async create(record) {
      await session.create({ data: record })
    },

    async find(idHash) {
      const [current] = await findById(idHash)
      // An id that was replaced before that is found by the second, and costs others nothing.
      const row = current ?? (await findByPrevious(idHash))[0]
      if (!row) return null
      const record = toRecord(row)
      const counting = { signInVersion: row.accountVersion, sessionKept: row.sessionKept }
      const hasEnded = wasEndedAtOnce(toVersioned(record), counting)
      return toFound(record, toAccount(row, demo), hasEnded)
    },

    async touch(idHash, change) {
      const live = {
        idleExpiresAt: { gt: change.lastSeenAt },
        absoluteExpiresAt: { gt: change.lastSeenAt },
      }
      await session.updateMany({ where: { idHash, ...live }, data: change })
    },

    async replaceId(idHash, next) {
      const { count } = await session.updateMany({ where: { idHash }, data: next })
      return count === 1
    },

    async forgetPrevious(idHash) {
      await session.updateMany({
        where: { previousIdHash: idHash },
        data: { previousIdHash: null, renewedAt: null },
      })
    },

    async delete(idHash) {
      const { count } = await session.deleteMany({ where: { idHash } })
      return count === 1
    },

    async listByUser(userId, now) {
      const live = { idleExpiresAt: { gt: now }, absoluteExpiresAt: { gt: now } }
      const include = { user: { select: { signInVersion: true, sessionKept: true } } }
      const rows = await session.findMany({ where: { userId, ...live }, include })
      return rows.flatMap(row => {
        const record = toRecord(row)
        return wasEndedAtOnce(toVersioned(record), row.user) ? [] : [record]
      })
    },

    async deleteSignIn(handle) {
      const { count } = await session.deleteMany({ where: { handle } })
      return count === 1
    },

    async deleteByHandle(userId, handle) {
      const { count } = await session.deleteMany({ where: { userId, handle } })
      return count === 1
    },

    async sweep(now) {
      const { count } = await session.deleteMany({
        where: { OR: [{ idleExpiresAt: { lte: now } }, { absoluteExpiresAt: { lte: now } }] },
      })
      return count
    },
  }
}
