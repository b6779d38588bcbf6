import { NewNote } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { content, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'The newest notes',
    handle: async ({ app, trace, who }) => content({ notes: await app.notes.list(trace, who.userId) }),
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
