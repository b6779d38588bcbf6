import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { endSignIns } from '@/lib/flows/administration'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  DELETE: guarded({
    says: 'Ends every sign-in of an account of the own group',
    status: 204,
    least: 'admin',
    handle: async x => answer(await endSignIns(x, x.who, x.params.id ?? ''), () => noContent),
  }),
})
