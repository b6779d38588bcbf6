import { accept, guarded, refuse, routes } from '@/lib/api'
import { endDevice } from '@/lib/flows/devices'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: guarded({
    says: 'Ends one sign-in of this account',
    status: 204,
    handle: async c =>
      (await endDevice(c, c.who.userId, c.params.id ?? '', 'ended_by_owner'))
        ? accept(null)
        : refuse('not_found'),
  }),
})
