import { Prisma } from '../../prisma/sqlite/generated/client.ts'
import {
  type Account,
  type AccountStanding,
  isBarred,
  type Kept,
  type Renewal,
} from '../accounts/account.ts'
import { createHandle } from '../random.ts'
import type { Role } from '../settings/settings.ts'
import { type Database, inTurn, isTaken, lookupsOf } from './database.ts'
import type { Owner } from './sessions.ts'
import { renewing } from './tokens-database.ts'

type Row = Pick<Account, 'id' | 'email' | 'name' | 'groupId'> & {
  role: string
  disabledAt: Date | null
}
type OwnerRow = Row & { signInVersion: string; sessionKept: string | null; ended: string | null }

/**
 * What a password was compared with. A sign-in by it is one of this version, whatever becomes of
 * the account meanwhile.
 */
export type Credentials = {
  account: Account
  passwordHash: string
  signInVersion: string
  /** A code by which somebody who forgot the password sets another, as a hash. */
  resetCode: { hash: string; expiresAt: Date } | null
}

/**
 * A version nobody had before: random, not counted, so that a database from a backup cannot arrive
 * at an old one again.
 */
const createVersion = createHandle

/** Both of them anew: no access token and no sign-in from before counts any more. */
export const createVersions = () => ({
  tokenVersion: createVersion(),
  signInVersion: createVersion(),
})

/**
 * The condition that an account may stop being an admin: it is none that counts, or there is
 * another in its group.
 */
const mayStopBeingAdmin = (id: string) => Prisma.sql`"role" <> 'admin' OR "disabledAt" IS NOT NULL
  OR EXISTS (SELECT 1 FROM "User" o
    WHERE o."id" <> ${id} AND o."role" = 'admin' AND o."disabledAt" IS NULL
    AND o."groupId" IS NOT DISTINCT FROM "User"."groupId")`

/** Where a sign-in has a row in the database: that it is there, and has not ended by itself. */
const ROWS = {
  family: (id: string) => ({ families: { some: { id, endedAt: null } } }),
  session: (handle: string) => ({ sessions: { some: { handle } } }),
  elsewhere: () => ({}),
}

/**
 * The condition that the sign-in to be kept is good when the change is made: one that was ended
 * must change nothing, nor keep itself.
 */
const isGood = ({ name, signInVersion, row }: Kept) => ({
  OR: [{ signInVersion }, { sessionKept: name }],
  ...ROWS[row](name),
})

/**
 * The accounts in the database. Emails are taken in their normal form. What supersedes access
 * tokens or ends sign-ins changes the account's version in the same statement, and those compare
 * theirs with it: the order of commits decides, no clock does.
 */
export function createAccounts(database: Database, demo: boolean) {
  const { user } = database
  const { prepare, textsOf } = lookupsOf(database)
  const findOwner = prepare<OwnerRow>(`
    SELECT u."id", u."email", u."name", u."role", u."disabledAt", u."groupId",
      u."signInVersion", u."sessionKept", e."name" AS "ended"
    FROM "User" u LEFT JOIN "EndedSession" e ON e."name" IN (${textsOf('$2')})
    WHERE u."id" = $1`)
  const toAccount = ({ id, email, name, role, disabledAt, groupId }: Row): Account => ({
    id,
    email,
    name,
    role: role as Role,
    disabled: isBarred({ email, disabledAt }, demo),
    groupId,
  })
  return {
    async byId(id: string): Promise<Account | null> {
      const row = await user.findUnique({ where: { id } })
      return row && toAccount(row)
    },

    /** The account and its password hash: for signing in, and nothing else. */
    async credentials(by: { email: string } | { id: string }): Promise<Credentials | null> {
      const row = await user.findUnique({ where: by })
      if (!row) return null
      const {
        passwordHash,
        signInVersion,
        resetCodeHash: hash,
        resetCodeExpiresAt: expiresAt,
      } = row
      return {
        account: toAccount(row),
        passwordHash,
        signInVersion,
        resetCode: hash && expiresAt ? { hash, expiresAt } : null,
      }
    },

    /** Null when the email is taken, however many try at once: the unique index decides. */
    async create(fields: {
      email: string
      name: string
      role: Role
      passwordHash: string
      now: Date
    }) {
      const { now, ...given } = fields
      try {
        const data = { ...given, ...createVersions(), id: createHandle(), createdAt: now }
        return toAccount(await user.create({ data }))
      } catch (thrown) {
        if (isTaken(thrown)) return null
        throw thrown
      }
    },

    /**
     * Changes the hash only if it is still `oldHash`: of two changes at once the second is refused,
     * with null, and the first gets the new version of the account's sign-ins. With it ends every
     * sign-in but `kept`, and every access token, so that no crash can leave a new password beside
     * what was had by the old one. `renewal` is made with it or not at all.
     */
    async setPasswordHash(
      id: string,
      oldHash: string,
      passwordHash: string,
      kept: Kept,
      renewal?: Renewal,
    ): Promise<string | null> {
      const versions = createVersions()
      const change = user.updateMany({
        where: { id, passwordHash: oldHash, ...isGood(kept) },
        data: { passwordHash, ...versions, sessionKept: kept.name },
      })
      const { signInVersion } = versions
      const [{ count }] = renewal
        ? await database.$transaction([change, renewing(database, signInVersion, renewal)])
        : [await change]
      return count === 1 ? signInVersion : null
    },

    /**
     * Puts another hash of the same password in the place of `oldHash`, if that is still there. No
     * version moves and nothing ends: the password is the one it was.
     */
    async renewHash(id: string, oldHash: string, passwordHash: string): Promise<boolean> {
      const { count } = await user.updateMany({
        where: { id, passwordHash: oldHash },
        data: { passwordHash },
      })
      return count === 1
    },

    /**
     * Keeps the hash of a code by which a new password can be set. It takes the place of the one
     * before it.
     */
    async setResetCode(id: string, hash: string, expiresAt: Date): Promise<void> {
      await user.updateMany({
        where: { id },
        data: { resetCodeHash: hash, resetCodeExpiresAt: expiresAt },
      })
    },

    /**
     * A new password for whoever has the code, which is used up by it: of two uses at once the
     * second is refused. Every sign-in and every access token ends. False when the code is not the
     * one, or not any more.
     */
    async resetPassword(
      id: string,
      codeHash: string,
      passwordHash: string,
      now: Date,
    ): Promise<boolean> {
      const { count } = await user.updateMany({
        where: { id, resetCodeHash: codeHash, resetCodeExpiresAt: { gt: now } },
        data: {
          passwordHash,
          ...createVersions(),
          sessionKept: null,
          resetCodeHash: null,
          resetCodeExpiresAt: null,
        },
      })
      return count === 1
    },

    /**
     * Removes an account with everything that is of it, where the sign-in that asks is still good.
     * One statement decides, as for a change: the last admin of a group stays.
     */
    async remove(id: string, { name, signInVersion }: Kept): Promise<boolean> {
      const removed = await inTurn(
        database,
        database.$executeRaw`
          DELETE FROM "User" WHERE "id" = ${id}
            AND ("signInVersion" = ${signInVersion} OR "sessionKept" = ${name}) AND (${mayStopBeingAdmin(id)})`,
      )
      return removed === 1
    },

    /** The accounts of one group: null is that of everybody who is in none. */
    async list(groupId: string | null): Promise<Account[]> {
      return (await user.findMany({ where: { groupId }, orderBy: { createdAt: 'asc' } })).map(
        toAccount,
      )
    },

    /** An account of this group: whatever is of another is not there. */
    async inGroup(id: string, groupId: string | null): Promise<Account | null> {
      const row = await user.findUnique({ where: { id, groupId } })
      return row && toAccount(row)
    },

    /**
     * Changes role or standing, and leaves alone what is not named. One statement decides, with no
     * other such beside it, so that neither two admins who demote each other at once can leave
     * none, nor two changes at once undo each other: false when this would remove the last admin of
     * the account's group who is not disabled, or when the account is not of the group `within`,
     * where one is named. Every access token is refused from here on; disabling, and enabling, ends
     * every sign-in too.
     */
    async change(
      id: string,
      to: { role?: Role; disabled?: boolean },
      now: Date,
      within?: string | null,
    ): Promise<boolean> {
      // PostgreSQL wants to know of what type a null is.
      const role = Prisma.sql`CAST(${to.role ?? null} AS TEXT)`
      const toDisabled = to.disabled === undefined ? null : Number(to.disabled)
      const disabled = Prisma.sql`CAST(${toDisabled} AS INTEGER)`
      const group = Prisma.sql`CAST(${within ?? null} AS TEXT)`
      const isWithin = Prisma.sql`AND "groupId" IS NOT DISTINCT FROM ${group}`
      const changed = await inTurn(
        database,
        database.$executeRaw`
          UPDATE "User" SET "role" = COALESCE(${role}, "role"),
            "tokenVersion" = ${createVersion()},
            "disabledAt" = CASE WHEN ${disabled} IS NULL THEN "disabledAt"
              WHEN ${disabled} = 1 THEN COALESCE("disabledAt", ${now}) END,
            "signInVersion" = CASE WHEN ${disabled} IS NULL THEN "signInVersion"
              ELSE ${createVersion()} END,
            "sessionKept" = CASE WHEN ${disabled} IS NULL THEN "sessionKept" END
          WHERE "id" = ${id} ${within === undefined ? Prisma.empty : isWithin} AND (
            (COALESCE(${role}, 'admin') = 'admin' AND COALESCE(${disabled}, 0) = 0)
            OR ${mayStopBeingAdmin(id)})`,
      )
      return changed === 1
    },

    /**
     * The account, which of its sign-ins count, and which of `names`, at least one, have ended: in
     * one statement.
     */
    async ownerOf(id: string, names: string[]): Promise<Owner | null> {
      const rows = await findOwner(id, JSON.stringify(names))
      const [row] = rows
      if (!row) return null
      const { signInVersion, sessionKept } = row
      return {
        account: toAccount(row),
        signInVersion,
        sessionKept,
        ended: rows.flatMap(({ ended }) => ended ?? []),
      }
    },

    /**
     * Ends every sign-in but `kept`: for good, and wherever they are kept. Returns the account's
     * new version of sign-ins, or null when the one to be kept, or the account, is not good any
     * more, or the account is not of the group `within`, where one is named: then nothing is
     * changed.
     */
    async endSignIns(
      id: string,
      kept: Kept | null,
      within?: string | null,
    ): Promise<string | null> {
      const data = { signInVersion: createVersion(), sessionKept: kept?.name ?? null }
      const { count } = await user.updateMany({
        where: {
          id,
          ...(within !== undefined && { groupId: within }),
          ...(kept && isGood(kept)),
        },
        data,
      })
      return count === 1 ? data.signInVersion : null
    },

    /** Null when the account was removed. */
    async standing(id: string): Promise<AccountStanding | null> {
      const row = await user.findUnique({ where: { id } })
      return row && { account: toAccount(row), tokenVersion: row.tokenVersion }
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>
