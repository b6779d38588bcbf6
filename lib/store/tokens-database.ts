import {
  type Counting,
  isBarred,
  type Renewal,
  type Successor,
  wasEndedAtOnce,
} from '../accounts/account.ts'
import { plusSeconds } from '../clock.ts'
import { REMEMBERED_AFTERWARDS, type Role } from '../settings/settings.ts'
import { type Database, lookupsOf } from './database.ts'
import type { Family, FamilyState, Standing, TokenStore } from './tokens.ts'

type StandingRow = Counting & {
  email: string
  name: string
  role: string
  disabledAt: Date | null
  groupId: string | null
  tokenVersion: string
  familyVersion: string | null
  endedAt: Date | null
  currentJti: string | null
  isUsed: unknown
  denied: string | null
}

/** All that may have ended a token early, and its account, in one statement. */
const STANDING = `
  SELECT u."email", u."name", u."role", u."disabledAt", u."groupId", u."tokenVersion",
    u."signInVersion", u."sessionKept", f."signInVersion" AS "familyVersion",
    f."endedAt", f."currentJti", f."isUsed", d."jti" AS "denied"
  FROM "User" u
  LEFT JOIN "RefreshFamily" f ON f."id" = $2 AND f."userId" = u."id"
  LEFT JOIN "DeniedToken" d ON d."jti" = $3
  WHERE u."id" = $1`

const COUNTING = { user: { select: { signInVersion: true, sessionKept: true } } } as const

/** Whether a family has ended, by itself or with all others of its account. */
const isOver = (
  family: { id: string; signInVersion: string; endedAt: Date | null },
  counting: Counting,
): boolean =>
  family.endedAt !== null ||
  wasEndedAtOnce({ name: family.id, signInVersion: family.signInVersion }, counting)

/**
 * The little that is remembered of sign-ins with a token: their families and the denylist. In the
 * database always: a denylist that is lost lets everything through, so no store that may forget
 * will do.
 */
export function createDatabaseTokens(database: Database, demo: boolean): TokenStore {
  const { refreshFamily, deniedToken } = database
  const findStanding = lookupsOf(database).prepare<StandingRow>(STANDING)

  /**
   * What every exchange insists on, in its statement: a family that is alive, within both limits.
   */
  const alive = (now: Date) => ({
    endedAt: null,
    absoluteExpiresAt: { gt: now },
    idleExpiresAt: { gt: now },
  })

  return {
    /**
     * Nothing came before the tokens it begins with, so it makes no difference whether they have
     * been seen.
     */
    async create(family: Family): Promise<void> {
      await refreshFamily.create({ data: { ...family, isUsed: true } })
    },

    /** Everything that can end an access token early, in one statement. */
    async standing(token: { sub: string; sid: string; jti: string }): Promise<Standing> {
      const [row] = await findStanding(token.sub, token.sid, token.jti)
      if (!row)
        return {
          account: null,
          tokenVersion: null,
          denied: false,
          signInEnded: true,
          isUnseen: false,
          kept: null,
        }
      const {
        email,
        name,
        role,
        disabledAt,
        groupId,
        tokenVersion,
        familyVersion,
        endedAt,
        currentJti,
        isUsed,
        denied,
      } = row
      const family =
        familyVersion === null ? null : { id: token.sid, signInVersion: familyVersion, endedAt }
      return {
        account: {
          id: token.sub,
          email,
          name,
          role: role as Role,
          disabled: isBarred({ email, disabledAt }, demo),
          groupId,
        },
        tokenVersion,
        denied: denied !== null,
        signInEnded: family === null || isOver(family, row),
        isUnseen: currentJti === token.jti && !isUsed,
        kept: family && { name: family.id, signInVersion: family.signInVersion, row: 'family' },
      }
    },

    /**
     * Notes that the access token of the current generation arrived: from here on the refresh token
     * before it cannot be repeated. False when the token is no more what it was, or another request
     * has noted it: its standing has to be asked for again.
     */
    async markUsed(id: string, jti: string): Promise<boolean> {
      const { count } = await refreshFamily.updateMany({
        where: { id, currentJti: jti, isUsed: false, endedAt: null },
        data: { isUsed: true },
      })
      return count === 1
    },

    /** How the family stands towards a refresh token of its own, known by its hash. */
    async state(id: string, hash: string): Promise<FamilyState | null> {
      const family = await refreshFamily.findUnique({ where: { id }, include: COUNTING })
      if (!family) return null
      const { previousHash, user, ...state } = family
      const place =
        state.currentHash === hash ? 'current' : previousHash === hash ? 'previous' : 'superseded'
      return { ...state, ended: isOver(family, user), place }
    },

    /**
     * Rotation: one conditional UPDATE, so that of any number of attempts with one token exactly
     * one succeeds (RFC 9700, 4.14.2). The absolute end is a condition here, never a value.
     */
    async rotate(
      id: string,
      currentHash: string,
      { hash, jti, now }: Successor,
      idleExpiresAt: Date,
    ) {
      const next = {
        currentHash: hash,
        previousHash: currentHash,
        currentJti: jti,
        isUsed: false,
        idleExpiresAt,
      }
      const { count } = await refreshFamily.updateMany({
        where: { id, currentHash, ...alive(now) },
        data: {
          ...next,
          lastSeenAt: now,
          rotatedAt: now,
          handedOutAt: now,
          generation: { increment: 1 },
        },
      })
      return count === 1
    },

    /**
     * Another successor for a token whose first one, with `unseenJti`, nobody has used: that one
     * and its access token are dead from here on. Moves no limit. False when anything of it has
     * been used, or replaced, meanwhile.
     */
    async repeat(
      id: string,
      previousHash: string,
      unseenJti: string,
      { hash, jti, now }: Successor,
    ): Promise<boolean> {
      const unseen = {
        previousHash,
        currentJti: unseenJti,
        isUsed: false,
        rotatedAt: { not: null },
      }
      const [{ count }] = await database.$transaction([
        refreshFamily.updateMany({
          where: { id, ...unseen, ...alive(now) },
          data: { currentHash: hash, currentJti: jti, handedOutAt: now },
        }),
        // `jti` was chosen for this one change: where it is, the change was made. The limit is one
        // that no access token outlives.
        database.$executeRaw`
          INSERT INTO "DeniedToken" ("jti", "expiresAt")
          SELECT ${unseenJti}, "absoluteExpiresAt" FROM "RefreshFamily"
          WHERE "id" = ${id} AND "currentJti" = ${jti}
          ON CONFLICT ("jti") DO NOTHING`,
      ])
      return count === 1
    },

    /** Ends a family once; the first reason stays. False when there was none to end. */
    async end(id: string, now: Date, reason: string, userId?: string): Promise<boolean> {
      const { count } = await refreshFamily.updateMany({
        where: { id, ...(userId !== undefined && { userId }), endedAt: null },
        data: { endedAt: now, endReason: reason },
      })
      return count === 1
    },

    async listByUser(userId: string, now: Date) {
      const families = await refreshFamily.findMany({
        where: { userId, ...alive(now) },
        include: COUNTING,
      })
      return families.filter(family => !isOver(family, family.user))
    },

    /**
     * The sign-ins of an account that ended before their time, other than by signing out; the last
     * ones first.
     */
    async listEnded(userId: string, most: number) {
      return refreshFamily.findMany({
        where: {
          userId,
          endedAt: { not: null },
          endReason: { notIn: ['signed_out', 'ended_by_owner'] },
        },
        orderBy: { endedAt: 'desc' },
        take: most,
      })
    },

    /**
     * Refuses one access token from now on. Denying it twice, also at once, is denying it once:
     * Prisma's upsert would look first, and fail.
     */
    async deny(jti: string, expiresAt: Date): Promise<void> {
      await database.$executeRaw`
        INSERT INTO "DeniedToken" ("jti", "expiresAt") VALUES (${jti}, ${expiresAt})
        ON CONFLICT ("jti") DO NOTHING`
    },

    /**
     * Removes what can make no difference any more, by any clock there may be. A family is needed
     * for as long as an access token of it may be about, because a token whose family is unknown is
     * refused.
     */
    async sweep(now: Date): Promise<number> {
      const over = { lt: plusSeconds(now, -REMEMBERED_AFTERWARDS) }
      const families = await refreshFamily.deleteMany({
        where: { OR: [{ absoluteExpiresAt: over }, { idleExpiresAt: over }] },
      })
      const denied = await deniedToken.deleteMany({ where: { expiresAt: over } })
      return families.count + denied.count
    },
  }
}

/**
 * The statement that gives a family the successor that comes with a change of password, to be made
 * with it or not at all: `signInVersion` is what the change gives the account. The token before it
 * is not to be exchanged again, ever. Without a refresh token there is nothing to replace.
 */
export const renewing = (
  database: Database,
  signInVersion: string,
  { sid, next: { hash, jti, now }, idleExpiresAt }: Renewal,
) =>
  database.$executeRaw`
    UPDATE "RefreshFamily" SET "previousHash" = "currentHash", "currentHash" = ${hash},
      "currentJti" = ${jti}, "isUsed" = ${true}, "generation" = "generation" + 1,
      "lastSeenAt" = ${now}, "idleExpiresAt" = ${idleExpiresAt}, "rotatedAt" = NULL,
      "handedOutAt" = ${now}
    WHERE "id" = ${sid} AND "currentHash" IS NOT NULL AND "endedAt" IS NULL
      AND EXISTS (SELECT 1 FROM "User" u WHERE u."id" = "userId"
        AND u."signInVersion" = ${signInVersion})`
