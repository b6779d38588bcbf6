import { Prisma } from '../../prisma/sqlite/generated/client.ts'
import { plusSeconds } from '../clock.ts'
import { createHandle } from '../random.ts'
import { type Database, inTurn, isTaken } from '../store/database.ts'
import type { Owner } from '../store/sessions.ts'
import { type Account, isBarred, type Role } from './account.ts'

type Row = { id: string; email: string; name: string; role: string; disabledAt: Date | null }
type OwnerRow = Row & { sessionsEndedAt: Date | null; sessionKept: string | null; ended: string | null }

/** One spelling per address: what is stored and what is looked for. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase()

/** How many changes within one second are told apart: `iat` may lie no further ahead. */
const TOLD_APART = [0, 1, 2, 3, 4]

/**
 * "Not before" as it moves on: to `at`, or by a second where it is there already. A token that was made between two changes of one second
 * has that second as its `iat`, and the second change must refuse it, whatever the third makes of the role.
 */
function raisedTo(at: Date): Prisma.Sql {
  const steps = TOLD_APART.map(seconds => plusSeconds(at, seconds))
  const cases = steps.map(step => Prisma.sql`WHEN "notBefore" IS NULL OR "notBefore" < ${step} THEN ${step}`)
  return Prisma.sql`CASE ${Prisma.join(cases, ' ')} ELSE "notBefore" END`
}

/** The accounts in the database. Emails are taken in their normal form. */
export function createAccounts(database: Database, demo: boolean) {
  const { user } = database
  const toAccount = ({ id, email, name, role, disabledAt }: Row): Account => ({
    id,
    email,
    name,
    role: role as Role,
    disabled: isBarred({ email, disabledAt }, demo),
  })
  return {
    async byId(id: string): Promise<Account | null> {
      const row = await user.findUnique({ where: { id } })
      return row && toAccount(row)
    },

    /** The account and its password hash: for signing in, and nothing else. */
    async credentials(
      by: { email: string } | { id: string },
    ): Promise<{ account: Account; passwordHash: string } | null> {
      const row = await user.findUnique({ where: by })
      return row && { account: toAccount(row), passwordHash: row.passwordHash }
    },

    /** Null when the email is taken, however many try at once: the unique index decides. */
    async create(fields: { email: string; name: string; role: Role; passwordHash: string; now: Date }) {
      const { now, ...data } = fields
      try {
        return toAccount(await user.create({ data: { ...data, id: createHandle(), createdAt: now } }))
      } catch (thrown) {
        if (isTaken(thrown)) return null
        throw thrown
      }
    },

    /**
     * Changes the hash only if it is still `oldHash`: of two changes at once the second is refused. With it ends every sign-in from before
     * `now` but `kept`, so that no crash can leave a new password beside sign-ins with the old one.
     */
    async setPasswordHash(
      id: string,
      oldHash: string,
      passwordHash: string,
      now: Date,
      kept: string,
    ): Promise<boolean> {
      const data = { passwordHash, sessionsEndedAt: now, sessionKept: kept }
      const { count } = await user.updateMany({ where: { id, passwordHash: oldHash }, data })
      return count === 1
    },

    async list(): Promise<Account[]> {
      return (await user.findMany({ orderBy: { createdAt: 'asc' } })).map(toAccount)
    },

    /**
     * Changes role or standing, and leaves alone what is not named. One statement decides, with no other such beside it, so that
     * neither two admins who demote each other at once can leave none, nor two changes at once undo each other: false when this
     * would remove the last admin who is not disabled. Access tokens from before `notBefore` are refused from here on; disabling ends every
     * sign-in, for good.
     */
    async change(id: string, to: { role?: Role; disabled?: boolean }, now: Date, notBefore: Date): Promise<boolean> {
      // PostgreSQL wants to know of what type a null is.
      const role = Prisma.sql`CAST(${to.role ?? null} AS TEXT)`
      const disabled = Prisma.sql`CAST(${to.disabled === undefined ? null : Number(to.disabled)} AS INTEGER)`
      const changed = await inTurn(
        database,
        database.$executeRaw`
          UPDATE "User" SET "role" = COALESCE(${role}, "role"), "notBefore" = ${raisedTo(notBefore)}, "disabledAt" = CASE
            WHEN ${disabled} IS NULL THEN "disabledAt" WHEN ${disabled} = 1 THEN COALESCE("disabledAt", ${now}) END,
            "sessionsEndedAt" = CASE WHEN ${disabled} = 1 THEN ${now} ELSE "sessionsEndedAt" END,
            "sessionKept" = CASE WHEN ${disabled} = 1 THEN NULL ELSE "sessionKept" END
          WHERE "id" = ${id} AND ("role" <> 'admin' OR "disabledAt" IS NOT NULL
            OR (COALESCE(${role}, 'admin') = 'admin' AND COALESCE(${disabled}, 0) = 0)
            OR EXISTS (SELECT 1 FROM "User" o WHERE o."id" <> ${id} AND o."role" = 'admin' AND o."disabledAt" IS NULL))`,
      )
      return changed === 1
    },

    /** The account, which of its sign-ins were ended all at once, and which of `names`, at least one, have ended: in one statement. */
    async ownerOf(id: string, names: string[]): Promise<Owner | null> {
      const rows = await database.$queryRaw<OwnerRow[]>`
        SELECT u."id", u."email", u."name", u."role", u."disabledAt", u."sessionsEndedAt", u."sessionKept", e."name" AS "ended"
        FROM "User" u LEFT JOIN "EndedSession" e ON e."name" IN (${Prisma.join(names)})
        WHERE u."id" = ${id}`
      const [row] = rows
      if (!row) return null
      const { sessionsEndedAt, sessionKept } = row
      return { account: toAccount(row), sessionsEndedAt, sessionKept, ended: rows.flatMap(({ ended }) => ended ?? []) }
    },

    /** Ends every sign-in from before `now` but `kept`: for good, and wherever they are kept. */
    async endSessions(id: string, now: Date, kept: string | null): Promise<void> {
      await user.updateMany({ where: { id }, data: { sessionsEndedAt: now, sessionKept: kept } })
    },

    /** The account and the moment from which its access tokens count, of one reading. */
    async standing(id: string): Promise<{ account: Account; notBefore: Date | null } | null> {
      const row = await user.findUnique({ where: { id } })
      return row && { account: toAccount(row), notBefore: row.notBefore }
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>
