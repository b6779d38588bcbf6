import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { noContent, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    says: 'Deletes a note of one’s own',
    status: 204,
    least: 'editor',
    handle: async ({ app, trace, who, params }) =>
      (await app.notes.delete(trace, who.userId, params.id ?? '')) ? noContent : notFound,
  }),
})
