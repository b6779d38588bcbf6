import { app } from '@/lib/app'
import { guarded, open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content, noContent } from '@/lib/http/reply'
import { keepCredential, replayCredential } from '@/lib/replay'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  PUT: guarded({
    says: 'Demo: puts a copy of the credential aside',
    status: 204,
    checksOrigin: true,
    demoOnly: true,
    handle: async x => answer(await keepCredential(x), () => noContent),
  }),
  POST: open({
    says: 'Demo: sends the copy again, as another client',
    checksOrigin: true,
    demoOnly: true,
    handle: async x => answer(await replayCredential(x), content),
  }),
})
