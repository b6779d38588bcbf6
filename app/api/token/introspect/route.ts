import { accept, open, routes } from '@/lib/api'
import { forClients } from '@/lib/api/clients'
import { introspect } from '@/lib/flows/clients'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Whether a token is still good, for a service with client credentials (RFC 7662)',
    ...forClients(async c => accept(await introspect(c, c.input.token))),
  }),
})
