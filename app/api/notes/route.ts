import { NewNote } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'
import { created, notFound, ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    handle: async ({ app, trace, who }) => ok({ notes: await app.notes.list(trace, who.userId) }),
  }),
  POST: guarded({
    least: 'editor',
    input: NewNote,
    async handle({ app, trace, who, input }) {
      const author = await who.profile()
      if (!author) return notFound
      return created({ note: await app.notes.write(trace, author, input, app.clock.now()) })
    },
  }),
})
