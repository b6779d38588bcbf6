import { accept, guarded, refuse, routes } from '@/lib/api'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: guarded({
    says: 'Deletes a note of one’s own',
    status: 204,
    role: 'editor',
    handle: async ({ app, trace, who, params }) =>
      (await app.notes.delete(trace, who.userId, params.id ?? ''))
        ? accept(null)
        : refuse('not_found'),
  }),
})
