import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { openCast, resetCast } from '@/lib/flows/cast'
import { answer, content, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Demo: a reader, an editor and an admin of this browser’s own, with a board of their own',
    status: 201,
    checksOrigin: true,
    demoOnly: true,
    handle: async x => answer(await openCast(x), content),
  }),
  DELETE: open({
    says: 'Demo: takes this browser’s cast back to the start; every sign-in of it ends',
    status: 204,
    checksOrigin: true,
    demoOnly: true,
    handle: async x => answer(await resetCast(x), () => noContent),
  }),
})
