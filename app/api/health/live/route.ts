import { app } from '@/lib/app'
import { open, routes } from '@/lib/http/pipeline'
import { ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({ handle: async () => ok({ status: 'live' }) }),
})
