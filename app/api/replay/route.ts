import { app } from '@/lib/app'
import { guarded, open, routes } from '@/lib/http/pipeline'
import { answer, noContent, ok } from '@/lib/http/reply'
import { keepCredential, replayCredential } from '@/lib/replay'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  PUT: guarded({
    readsRefreshCookie: true,
    handle: async x => answer(await keepCredential(x), () => noContent),
  }),
  POST: open({
    readsRefreshCookie: true,
    handle: async x => answer(await replayCredential(x), ok),
  }),
})
