import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { forClients, revokeToken } from '@/lib/flows/clients'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Ends a token, for a service with client credentials (RFC 7009)',
    ...forClients(async (x, client) =>
      answer(await revokeToken(x, client, x.input.token), () => noContent),
    ),
  }),
})
