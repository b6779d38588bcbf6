import { accept, guarded, routes } from '@/lib/api'
import { endDevices, listDevices, listEnded } from '@/lib/flows/devices'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: guarded({
    says: 'The sign-ins of this account, of both kinds, and those that were ended from elsewhere',
    handle: async c => accept({ ...(await listDevices(c)), ended: await listEnded(c) }),
  }),
  DELETE: guarded({
    says: 'Ends all the other sign-ins',
    status: 204,
    handle: c => endDevices(c, c.who.userId, 'ended_by_owner'),
  }),
})
