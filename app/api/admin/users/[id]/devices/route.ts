import { endSignIns } from '@/lib/accounts/administration'
import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    least: 'admin',
    handle: async x => answer(await endSignIns(x, x.who, x.params.id ?? ''), () => noContent),
  }),
})
