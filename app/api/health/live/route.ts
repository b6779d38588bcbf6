import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    says: 'Whether the process answers',
    handle: async () => content({ status: 'live' }),
  }),
})
