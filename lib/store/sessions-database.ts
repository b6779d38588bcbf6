import { isBarred, type SessionRecord, toVersioned, wasEndedAtOnce } from '../accounts/account.ts'
import type { Role } from '../settings/settings.ts'
import { type Database, lookupsOf } from './database.ts'
import { type SessionStore, toFound } from './sessions.ts'

type Row = Omit<SessionRecord, 'role'> & {
  role: string
  email: string
  name: string
  accountRole: string
  disabledAt: Date | null
  groupId: string | null
  accountVersion: string
  sessionKept: string | null
}

const toRecord = <R extends { role: string }>(row: R) => ({ ...row, role: row.role as Role })

/**
 * The record and its account in one statement, instead of findUnique with include, which would be
 * two.
 */
const FIND = `
  SELECT s."idHash", s."handle", s."userId", s."role", s."createdAt", s."lastSeenAt",
    s."idleSeconds", s."idleExpiresAt", s."absoluteExpiresAt", s."userAgent", s."address",
    s."signInVersion", s."previousIdHash", s."renewedAt", u."email", u."name",
    u."role" AS "accountRole", u."disabledAt", u."groupId",
    u."signInVersion" AS "accountVersion", u."sessionKept"
  FROM "Session" s JOIN "User" u ON u."id" = s."userId"
  WHERE s."idHash" = $1 OR s."previousIdHash" = $1`

/** Session records in the database: durable, shared by every instance that shares it. */
export function createDatabaseSessions(database: Database, demo: boolean): SessionStore {
  const { session } = database
  const findRow = lookupsOf(database).prepare<Row>(FIND)
  return {
    row: 'session',

    async create(record) {
      await session.create({ data: record })
    },

    async find(idHash) {
      const [row] = await findRow(idHash)
      if (!row) return null
      const {
        email,
        name,
        accountRole,
        disabledAt,
        groupId,
        accountVersion,
        sessionKept,
        ...fields
      } = row
      const record = toRecord(fields)
      const account = {
        id: row.userId,
        email,
        name,
        role: accountRole as Role,
        disabled: isBarred({ email, disabledAt }, demo),
        groupId,
      }
      return toFound(
        record,
        account,
        wasEndedAtOnce(toVersioned(record), { signInVersion: accountVersion, sessionKept }),
      )
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
      return rows.flatMap(({ user, ...row }) =>
        wasEndedAtOnce(toVersioned(toRecord(row)), user) ? [] : [toRecord(row)],
      )
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
