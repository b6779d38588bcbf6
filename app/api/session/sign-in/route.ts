import { Credentials } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { signIn } from '@/lib/auth/flows'
import { session as strategy } from '@/lib/auth/strategy'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
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
