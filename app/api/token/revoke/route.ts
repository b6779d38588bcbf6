import { open, routes } from '@/lib/api'
import { forClients } from '@/lib/api/clients'
import { revokeToken } from '@/lib/flows/clients'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Ends a token, for a service with client credentials (RFC 7009)',
    ...forClients((c, client) => revokeToken(c, client, c.input.token)),
  }),
})
