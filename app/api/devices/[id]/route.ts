import { app } from '@/lib/app'
import { endDevice } from '@/lib/auth/devices'
import { guarded, routes } from '@/lib/http/pipeline'
import { noContent, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    handle: async x => ((await endDevice(x, x.who.userId, x.params.id ?? '', 'ended_by_owner')) ? noContent : notFound),
  }),
})
