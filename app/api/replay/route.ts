import { guarded, open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { keepCredential, replayCredential } from '@/lib/flows/replay'
import { answer, content, noContent } from '@/lib/http/reply'

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
