import { NewNote } from '@/lib/accounts/input'
import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { content, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'The newest notes of the own group',
    async handle({ app, trace, who }) {
      const reader = await who.profile()
      return reader ? content({ notes: await app.notes.list(trace, reader) }) : notFound
    },
  }),
  POST: guarded({
    says: 'Writes a note',
    status: 201,
    least: 'editor',
    input: NewNote,
    async handle({ app, trace, who, input }) {
      const author = await who.profile()
      if (!author) return notFound
      return content({ note: await app.notes.write(trace, author, input, app.clock.now()) })
    },
  }),
})
