import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { endDevice } from '@/lib/flows/devices'
import { noContent, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    says: 'Ends one sign-in of this account',
    status: 204,
    handle: async x =>
      (await endDevice(x, x.who.userId, x.params.id ?? '', 'ended_by_owner'))
        ? noContent
        : notFound,
  }),
})
