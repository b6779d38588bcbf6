import { app } from '@/lib/app'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    says: 'Whether the process answers',
    handle: async () => content({ status: 'live' }),
  }),
})
