import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    handle: async ({ who }) => ({ status: 204, headers: { 'X-Auth-User': who.userId, 'X-Auth-Role': who.role } }),
  }),
})
