import { Credentials } from '@/lib/accounts/input'
import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { session as strategy } from '@/lib/auth/mechanism'
import { signIn } from '@/lib/flows/flows'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Signs in with a cookie session',
    mode: 'session',
    checksOrigin: true,
    input: Credentials,
    handle: async x => answer(await signIn(strategy, x, x.input), content),
  }),
})
