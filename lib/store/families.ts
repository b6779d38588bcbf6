import { type Account, isBarred, type Role } from '../accounts/account.ts'
import type { Database } from './database.ts'
import { type EndedAtOnce, wasEndedAtOnce } from './sessions.ts'

export type Family = {
  id: string
  userId: string
  createdAt: Date
  lastSeenAt: Date
  absoluteExpiresAt: Date
  userAgent: string
  address: string
  currentHash: string | null
  idleExpiresAt: Date
}

/** Why an access token that verified may still have to be refused, and the account as it is now. */
export type Standing = {
  account: Account | null
  denied: boolean
  signInEnded: boolean
  notBefore: Date | null
}

/** What became of an attempt to rotate. `previousUsedAt` is set when the token is the one just before the current one. */
export type FamilyState = {
  userId: string
  ended: boolean
  absoluteExpiresAt: Date
  idleExpiresAt: Date
  generation: number
  isCurrent: boolean
  previousUsedAt: Date | null
}

type StandingRow = EndedAtOnce & {
  email: string
  name: string
  role: string
  disabledAt: Date | null
  notBefore: Date | null
  familyId: string | null
  createdAt: Date
  endedAt: Date | null
  denied: string | null
}

const AT_ONCE = { user: { select: { sessionsEndedAt: true, sessionKept: true } } } as const

/** Whether a family has ended, by itself or with all others of its account. */
const isOver = (family: { id: string; createdAt: Date; endedAt: Date | null }, atOnce: EndedAtOnce): boolean =>
  family.endedAt !== null || wasEndedAtOnce({ createdAt: family.createdAt, handle: family.id }, atOnce)

/**
 * The little that is remembered of sign-ins with a token: their families and the denylist. In the database always:
 * a denylist that is lost lets everything through, so no store that may forget will do.
 */
export function createFamilies(database: Database, demo: boolean) {
  const { refreshFamily, deniedToken } = database
  return {
    async create(family: Family): Promise<void> {
      await refreshFamily.create({ data: family })
    },

    /** Everything that can end an access token early, in one statement. */
    async standing(token: { sub: string; sid: string; jti: string }): Promise<Standing> {
      const [row] = await database.$queryRaw<StandingRow[]>`
        SELECT u."email", u."name", u."role", u."disabledAt", u."notBefore", u."sessionsEndedAt", u."sessionKept",
               f."id" AS "familyId", f."createdAt", f."endedAt", d."jti" AS "denied"
        FROM "User" u
        LEFT JOIN "RefreshFamily" f ON f."id" = ${token.sid} AND f."userId" = u."id"
        LEFT JOIN "DeniedToken" d ON d."jti" = ${token.jti}
        WHERE u."id" = ${token.sub}`
      if (!row) return { account: null, denied: false, signInEnded: true, notBefore: null }
      const { email, name, role, disabledAt, notBefore, familyId, denied } = row
      return {
        account: { id: token.sub, email, name, role: role as Role, disabled: isBarred({ email, disabledAt }, demo) },
        denied: denied !== null,
        signInEnded: familyId === null || isOver({ ...row, id: familyId }, row),
        notBefore,
      }
    },

    /**
     * Rotation: one conditional UPDATE, so that of any number of attempts with one token exactly one succeeds (RFC 9700, 4.14.2).
     * The absolute end is a condition here, never a value.
     */
    async rotate(
      id: string,
      currentHash: string,
      next: { hash: string; now: Date; idleExpiresAt: Date },
    ): Promise<boolean> {
      const { count } = await refreshFamily.updateMany({
        where: { id, currentHash, endedAt: null, absoluteExpiresAt: { gt: next.now }, idleExpiresAt: { gt: next.now } },
        data: {
          currentHash: next.hash,
          previousHash: currentHash,
          rotatedAt: next.now,
          lastSeenAt: next.now,
          idleExpiresAt: next.idleExpiresAt,
          generation: { increment: 1 },
        },
      })
      return count === 1
    },

    /** How the family stands towards a refresh token of its own, known by its hash. */
    async state(id: string, hash: string): Promise<FamilyState | null> {
      const family = await refreshFamily.findUnique({ where: { id }, include: AT_ONCE })
      if (!family) return null
      return {
        userId: family.userId,
        ended: isOver(family, family.user),
        absoluteExpiresAt: family.absoluteExpiresAt,
        idleExpiresAt: family.idleExpiresAt,
        generation: family.generation,
        isCurrent: family.currentHash === hash,
        previousUsedAt: family.previousHash === hash ? family.rotatedAt : null,
      }
    },

    /** Ends a family once; the first reason stays. False when there was none to end. */
    async end(id: string, now: Date, reason: string, userId?: string): Promise<boolean> {
      const { count } = await refreshFamily.updateMany({
        where: { id, userId, endedAt: null },
        data: { endedAt: now, endReason: reason },
      })
      return count === 1
    },

    async listByUser(userId: string, now: Date) {
      const live = { endedAt: null, absoluteExpiresAt: { gt: now }, idleExpiresAt: { gt: now } }
      const families = await refreshFamily.findMany({ where: { userId, ...live }, include: AT_ONCE })
      return families.filter(family => !isOver(family, family.user))
    },

    /** The sign-ins of an account that ended before their time, other than by signing out; the last ones first. */
    async listEnded(userId: string, most: number) {
      return refreshFamily.findMany({
        where: { userId, endedAt: { not: null }, endReason: { notIn: ['signed_out', 'ended_by_owner'] } },
        orderBy: { endedAt: 'desc' },
        take: most,
      })
    },

    /** Refuses one access token from now on. Denying it twice, also at once, is denying it once: Prisma's upsert would look first, and fail. */
    async deny(jti: string, expiresAt: Date): Promise<void> {
      await database.$executeRaw`
        INSERT INTO "DeniedToken" ("jti", "expiresAt") VALUES (${jti}, ${expiresAt}) ON CONFLICT ("jti") DO NOTHING`
    },

    /**
     * Removes what can make no difference any more. A family stays while an access token of it may still be about
     * (`longestAccessToken` milliseconds), because a token whose family is unknown is refused.
     */
    async sweep(now: Date, longestAccessToken: number): Promise<number> {
      const over = new Date(now.getTime() - longestAccessToken)
      const families = await refreshFamily.deleteMany({
        where: { OR: [{ absoluteExpiresAt: { lt: over } }, { idleExpiresAt: { lt: over } }] },
      })
      const denied = await deniedToken.deleteMany({ where: { expiresAt: { lt: now } } })
      return families.count + denied.count
    },
  }
}

export type Families = ReturnType<typeof createFamilies>
