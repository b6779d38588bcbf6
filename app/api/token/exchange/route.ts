import { z } from 'zod'
import { app } from '@/lib/app'
import { exchangeToken } from '@/lib/auth/exchange-token'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: guarded({
    says: 'Exchanges the access token for one that another service accepts (RFC 8693)',
    mode: 'token',
    input: z.strictObject({ audience: z.string().max(200) }),
    handle: async x => answer(await exchangeToken(x, x.who, x.input.audience), content),
  }),
})
