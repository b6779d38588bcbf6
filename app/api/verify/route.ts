import { accept, guarded, routes } from '@/lib/api'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: guarded({
    says: 'Whether this request may pass, for a gateway in front of another service',
    status: 204,
    mayRenew: false,
    headers: ({ who }) => ({ 'X-Auth-User': who.userId, 'X-Auth-Role': who.role }),
    handle: async () => accept(null),
  }),
})
