import { createHandle } from '../random.ts'
import type { Database } from '../store/database.ts'
import type { Trace } from '../wire/trace.ts'

/**
 * The board of each group, which everybody in it can read. Authorisation is in the statements: a note is read within its author's group,
 * and deleted by its author or not at all.
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

    async write(trace: Trace, author: { id: string; name: string }, note: { title: string; body: string }, now: Date) {
      const since = trace.since()
      const { id, title, body, createdAt } = await database.note.create({
        data: { ...note, id: createHandle(), authorId: author.id, createdAt: now },
      })
      trace.tell('note.written', () => ({ id }), since)
      return { id, title, body, author: author.name, mine: true, createdAt: createdAt.toISOString() }
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
