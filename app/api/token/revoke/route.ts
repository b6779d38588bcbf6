import { app } from '@/lib/app'
import { authenticateClient, revokeToken, TokenForm } from '@/lib/auth/clients'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Ends a token, for a service with client credentials (RFC 7009)',
    mode: 'token',
    checksOrigin: true,
    takesForm: true,
    input: TokenForm,
    async handle(x) {
      const client = authenticateClient(x)
      return client.ok ? answer(await revokeToken(x, client.value, x.input.token), () => noContent) : client
    },
  }),
})
