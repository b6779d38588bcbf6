import { z } from 'zod'
import { guarded, routes } from '@/lib/api'
import { exchangeToken } from '@/lib/flows/token-exchange'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: guarded({
    says: 'Exchanges the access token for one that another service accepts (RFC 8693)',
    mode: 'token',
    input: z.strictObject({ audience: z.string().max(200) }),
    handle: c => exchangeToken(c, c.input.audience),
  }),
})
