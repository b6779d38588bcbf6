import { endSignIns } from '@/lib/accounts/administration'
import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    says: 'Ends every sign-in of an account of the own group',
    status: 204,
    least: 'admin',
    handle: async x => answer(await endSignIns(x, x.who, x.params.id ?? ''), () => noContent),
  }),
})
