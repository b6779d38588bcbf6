import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Whether this request may pass, for a gateway in front of another service',
    status: 204,
    mayRenew: false,
    handle: async ({ who }) => ({
      headers: { 'X-Auth-User': who.userId, 'X-Auth-Role': who.role },
    }),
  }),
})
