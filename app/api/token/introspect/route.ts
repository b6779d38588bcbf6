import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { forClients, introspect } from '@/lib/flows/clients'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Whether a token is still good, for a service with client credentials (RFC 7662)',
    ...forClients(async x => content(await introspect(x, x.input.token))),
  }),
})
