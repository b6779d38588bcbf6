import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Whether this request may pass, for a gateway in front of another service',
    status: 204,
    mayRenew: false,
    handle: async ({ who }) => ({ headers: { 'X-Auth-User': who.userId, 'X-Auth-Role': who.role } }),
  }),
})
