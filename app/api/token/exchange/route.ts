import { z } from 'zod'
import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { exchangeToken } from '@/lib/flows/token-exchange'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: guarded({
    says: 'Exchanges the access token for one that another service accepts (RFC 8693)',
    mode: 'token',
    input: z.strictObject({ audience: z.string().max(200) }),
    handle: async x => answer(await exchangeToken(x, x.who, x.input.audience), content),
  }),
})
