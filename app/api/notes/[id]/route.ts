import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'
import { noContent, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    least: 'editor',
    handle: async ({ app, trace, who, params }) =>
      (await app.notes.delete(trace, who.userId, params.id ?? '')) ? noContent : notFound,
  }),
})
