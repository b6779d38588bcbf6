import { Prisma } from '../../prisma/sqlite/generated/client.ts'
import { CLOCKS_APART, MINUTE, plusSeconds, SECOND } from '../clock.ts'
import { type Database, inTurn } from './database.ts'

/** How long a failure counts, in seconds. */
export const WINDOW = (15 * MINUTE) / SECOND
/**
 * How long an attempt counts that is under way, in seconds: one whose instance was killed leaves no
 * more than this.
 */
export const LAPSE = 30

/**
 * One of the names by which an attempt is counted, hashed, and how many of that name may fail
 * within `WINDOW`.
 */
export type Limit = { key: string; limit: number }

/** How many have failed under a name, and when the first of them stops to count. */
export type Failures = { failures: number; untilAt: Date | null }

/**
 * Attempts at guessing, in the database, so that all instances count together. One has a row for
 * each of its names: a reservation while it is under way, then a failure, or nothing if it was
 * right. Clocks may be apart: who reserved stops relying on it before any other clock could find
 * that it has lapsed. What lies further ahead than it can was noted before a clock was set back,
 * and is over.
 */
export function createAttempts(database: Database) {
  const { attempt } = database
  const counting = (now: Date) => ({ gt: now, lte: plusSeconds(now, WINDOW + CLOCKS_APART) })

  return {
    /** The failures under each of these names, in their order. */
    async failures(limits: Limit[], now: Date): Promise<Failures[]> {
      const found = await attempt.groupBy({
        by: ['key'],
        where: {
          key: { in: limits.map(({ key }) => key) },
          failed: true,
          expiresAt: counting(now),
        },
        _count: true,
        _min: { expiresAt: true },
      })
      return limits.map(({ key }) => {
        const of = found.find(group => group.key === key)
        return { failures: of?._count ?? 0, untilAt: of?._min.expiresAt ?? null }
      })
    },

    /**
     * Notes an attempt under all of its names, or under none: false where failures and attempts
     * under way have reached one of the limits. One statement, with no other such beside it,
     * decides. `failed` notes it as a failure from the start.
     */
    async claim(id: string, limits: Limit[], now: Date, failed = false): Promise<boolean> {
      const { gt, lte } = counting(now)
      const until = plusSeconds(now, failed ? WINDOW : LAPSE)
      const rows = limits.map(({ key, limit }) => Prisma.sql`(${key}, CAST(${limit} AS INTEGER))`)
      const noted = await inTurn(
        database,
        database.$executeRaw`
          WITH wanted ("key", "limit") AS (VALUES ${Prisma.join(rows)})
          INSERT INTO "Attempt" ("id", "key", "failed", "expiresAt")
          SELECT ${id}, "key", ${failed}, ${until} FROM wanted
          WHERE NOT EXISTS (
            SELECT 1 FROM wanted w WHERE w."limit" <= (SELECT COUNT(*) FROM "Attempt" a
              WHERE a."key" = w."key" AND a."expiresAt" > ${gt} AND a."expiresAt" <= ${lte}))`,
      )
      return noted > 0
    },

    /**
     * Turns what is under way into a failure. False when it may have lapsed: then others may have
     * been let in for it.
     */
    async fail(id: string, now: Date): Promise<boolean> {
      const data = { failed: true, expiresAt: plusSeconds(now, WINDOW) }
      return (await attempt.updateMany({ where: underWay(id, now), data })).count > 0
    },

    /** Takes an attempt back. False when it may have lapsed. */
    release: async (id: string, now: Date): Promise<boolean> =>
      (await attempt.deleteMany({ where: underWay(id, now) })).count > 0,

    async sweep(now: Date): Promise<number> {
      const { count } = await attempt.deleteMany({
        where: { OR: [{ expiresAt: { lte: now } }, { expiresAt: { gt: counting(now).lte } }] },
      })
      return count
    },
  }
}

const underWay = (id: string, now: Date) => ({
  id,
  failed: false,
  expiresAt: { gt: plusSeconds(now, CLOCKS_APART), lte: plusSeconds(now, LAPSE + CLOCKS_APART) },
})

export type Attempts = ReturnType<typeof createAttempts>
