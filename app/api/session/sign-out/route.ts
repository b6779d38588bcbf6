import { app } from '@/lib/app'
import { signOut } from '@/lib/auth/flows'
import { session as strategy } from '@/lib/auth/strategy'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Ends the session',
    status: 204,
    mode: 'session',
    checksOrigin: true,
    handle: async x => answer(await signOut(strategy, x), () => noContent),
  }),
})
