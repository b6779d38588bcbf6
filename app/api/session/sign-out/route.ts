import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { session as strategy } from '@/lib/auth/mechanism'
import { signOut } from '@/lib/flows/flows'
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
