import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { endDevices, listDevices, listEnded } from '@/lib/flows/devices'
import { answer, content, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'The sign-ins of this account, of both kinds, and those that were ended from elsewhere',
    handle: async x =>
      content({ ...(await listDevices(x, x.who)), ended: await listEnded(x, x.who) }),
  }),
  DELETE: guarded({
    says: 'Ends all the other sign-ins',
    status: 204,
    handle: async x =>
      answer(await endDevices(x, x.who, x.who.userId, 'ended_by_owner'), () => noContent),
  }),
})
