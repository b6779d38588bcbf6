import { NewNote } from '@/lib/accounts/input'
import { accept, guarded, refuse, routes } from '@/lib/api'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: guarded({
    says: 'The newest notes of the own group',
    async handle({ app, trace, who }) {
      const reader = await who.profile()
      return reader ? accept({ notes: await app.notes.list(trace, reader) }) : refuse('not_found')
    },
  }),
  POST: guarded({
    says: 'Writes a note',
    status: 201,
    role: 'editor',
    input: NewNote,
    async handle({ app, trace, who, input }) {
      const author = await who.profile()
      if (!author) return refuse('not_found')
      return accept({ note: await app.notes.write(trace, author, input, app.clock.now()) })
    },
  }),
})
