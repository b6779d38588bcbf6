import { castEmail, DEMO_PEOPLE, notesOf } from '../accounts/demo-people.ts'
import { plusSeconds } from '../clock.ts'
import { createHandle } from '../random.ts'
import { createVersions } from './accounts.ts'
import type { Database, Transaction } from './database.ts'

/** How long a group stays after its last use, in seconds. */
const KEPT = 24 * 60 * 60

/** Somebody of a cast, as they are now. */
export type Member = { id: string; email: string; name: string; role: string }

/**
 * Makes these people of a cast as they are at the start, whatever has become of them: with versions
 * that nobody had before, which ends every sign-in and every access token of theirs.
 */
async function makePeople(
  transaction: Transaction,
  groupId: string,
  people: typeof DEMO_PEOPLE,
  { passwordHash, now }: { passwordHash: string; now: Date },
): Promise<void> {
  for (const person of people) {
    const { role, name } = person
    // A millisecond apart, so that every list has them in this order.
    const createdAt = new Date(now.getTime() + DEMO_PEOPLE.indexOf(person))
    const email = castEmail(role, groupId)
    const asMade = {
      role,
      name,
      passwordHash,
      disabledAt: null,
      ...createVersions(),
      sessionKept: null,
    }
    const { id } = await transaction.user.upsert({
      where: { email },
      update: asMade,
      create: { ...asMade, id: createHandle(), email, groupId, createdAt },
      select: { id: true },
    })
    const notes = notesOf(person, now).map(note => ({ ...note, id: createHandle(), authorId: id }))
    if (notes.length > 0) await transaction.note.createMany({ data: notes })
  }
}

/**
 * Notes a use. False when there is no such group any more. In a transaction it keeps others of this
 * group waiting to its end.
 */
async function touch(
  { group }: Pick<Transaction, 'group'>,
  id: string,
  now: Date,
): Promise<boolean> {
  const { count } = await group.updateMany({ where: { id }, data: { lastUsedAt: now } })
  return count === 1
}

/** The people of a cast, in the order of the roles they were made with. */
async function peopleOf({ user }: Pick<Transaction, 'user'>, groupId: string): Promise<Member[]> {
  const found = await user.findMany({
    where: { groupId },
    select: { id: true, email: true, name: true, role: true },
  })
  return DEMO_PEOPLE.flatMap(({ role }) =>
    found.filter(({ email }) => email === castEmail(role, groupId)),
  )
}

type AtStart = { passwordHash: string; now: Date }

/**
 * The casts of demo mode, each a group of accounts with a board of its own. Each change is made
 * whole or not at all.
 */
export function createGroups(database: Database) {
  return {
    members: (id: string): Promise<Member[]> => peopleOf(database, id),

    /** Makes a group with its people and its board. */
    create: (id: string, start: AtStart): Promise<Member[]> =>
      database.$transaction(async transaction => {
        await transaction.group.create({ data: { id, lastUsedAt: start.now } })
        await makePeople(transaction, id, DEMO_PEOPLE, start)
        return peopleOf(transaction, id)
      }),

    /** Goes on with a group: whoever of it is gone is there again. Null when the group is. */
    async resume(id: string, start: AtStart): Promise<Member[] | null> {
      if (!(await touch(database, id, start.now))) return null
      const there = await peopleOf(database, id)
      if (there.length === DEMO_PEOPLE.length) return there
      return database.$transaction(async transaction => {
        if (!(await touch(transaction, id, start.now))) return null
        const left = (await peopleOf(transaction, id)).map(({ email }) => email)
        const gone = DEMO_PEOPLE.filter(({ role }) => !left.includes(castEmail(role, id)))
        await makePeople(transaction, id, gone, start)
        return peopleOf(transaction, id)
      })
    },

    /** Takes people and board back to the start. False when the group is gone. */
    reset: (id: string, start: AtStart): Promise<boolean> =>
      database.$transaction(async transaction => {
        if (!(await touch(transaction, id, start.now))) return false
        await transaction.note.deleteMany({ where: { author: { groupId: id } } })
        await makePeople(transaction, id, DEMO_PEOPLE, start)
        return true
      }),

    /**
     * Notes that somebody of a group signed in or refreshed. False when it is gone, and they with
     * it.
     */
    use: async (id: string | null, now: Date): Promise<boolean> =>
      id === null || touch(database, id, now),

    /**
     * Removes what nobody has used for a day, with everything that hangs on it. Returns how many
     * groups.
     */
    async sweep(now: Date): Promise<number> {
      const { count } = await database.group.deleteMany({
        where: { lastUsedAt: { lt: plusSeconds(now, -KEPT) } },
      })
      return count
    },
  }
}

export type Groups = ReturnType<typeof createGroups>
