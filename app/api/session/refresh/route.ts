import { app } from '@/lib/app'
import { refresh } from '@/lib/auth/flows'
import { session as strategy } from '@/lib/auth/strategy'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Gives the session a new id',
    mode: 'session',
    checksOrigin: true,
    handle: async x => answer(await refresh(strategy, x), content),
  }),
})
