import { createHandle } from '../random.ts'
import type { Trace } from '../wire/trace.ts'
import type { Database } from './database.ts'

/**
 * Notes of one author that are kept: more than the list of all shows, so what makes room could not
 * be seen any more.
 */
const MAX_NOTES = 200

/**
 * The board of each group, which everybody in it can read. Authorisation is in the statements: a
 * note is read within its author's group, and deleted by its author or not at all.
 */
export function createNotes(database: Database) {
  return {
    /** The newest 100 of the reader's group, newest first. */
    async list(trace: Trace, reader: { id: string; groupId: string | null }) {
      const since = trace.since()
      const rows = await database.note.findMany({
        where: { author: { groupId: reader.groupId } },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        take: 100,
        include: { author: { select: { name: true } } },
      })
      trace.tell('notes.read', () => ({ count: rows.length }), since)
      return rows.map(({ id, title, body, createdAt, author, authorId }) => ({
        id,
        title,
        body,
        author: author.name,
        mine: authorId === reader.id,
        createdAt: createdAt.toISOString(),
      }))
    },

    /**
     * A new note. Beyond so many of its author the oldest make room: nobody fills the database by
     * writing.
     */
    async write(
      trace: Trace,
      author: { id: string; name: string },
      note: { title: string; body: string },
      now: Date,
    ) {
      const since = trace.since()
      const { id, title, body, createdAt } = await database.note.create({
        data: { ...note, id: createHandle(), authorId: author.id, createdAt: now },
      })
      await database.$executeRaw`
        DELETE FROM "Note" WHERE "authorId" = ${author.id} AND "id" NOT IN (
          SELECT "id" FROM "Note" WHERE "authorId" = ${author.id}
          ORDER BY "createdAt" DESC, "id" LIMIT ${MAX_NOTES})`
      trace.tell('note.written', () => ({ id }), since)
      return {
        id,
        title,
        body,
        author: author.name,
        mine: true,
        createdAt: createdAt.toISOString(),
      }
    },

    /** False when there is no such note of this author. */
    async delete(trace: Trace, authorId: string, id: string): Promise<boolean> {
      const since = trace.since()
      const { count } = await database.note.deleteMany({ where: { id, authorId } })
      if (count === 1) trace.tell('note.deleted', () => ({ id }), since)
      return count === 1
    },
  }
}

export type Notes = ReturnType<typeof createNotes>
