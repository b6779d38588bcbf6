import { app } from '@/lib/app'
import { endDevices, listDevices } from '@/lib/auth/devices'
import { guarded, routes } from '@/lib/http/pipeline'
import { noContent, ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    handle: async x => ok({ devices: await listDevices(x, x.who) }),
  }),
  DELETE: guarded({
    async handle(x) {
      await endDevices(x, x.who.userId, 'ended_by_owner', x.who.signInId)
      return noContent
    },
  }),
})
