import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { session as strategy } from '@/lib/auth/mechanism'
import { refresh } from '@/lib/flows/flows'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Gives the session a new id',
    mode: 'session',
    checksOrigin: true,
    handle: async x => answer(await refresh(strategy, x), content),
  }),
})
