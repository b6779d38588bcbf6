import { app } from '@/lib/app'
import { refresh } from '@/lib/auth/flows'
import { token as strategy } from '@/lib/auth/strategy'
import { open, routes } from '@/lib/http/pipeline'
import { answer, ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    mode: 'token',
    readsRefreshCookie: true,
    handle: async x => answer(await refresh(strategy, x), ok),
  }),
})
