import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    says: 'The public keys that access tokens are verified with',
    // Public and the same for everyone: services may keep it for a minute, less than a new key is
    // announced before it signs.
    handle: async ({ app }) => ({
      ...content(await app.keys.publicJwks()),
      headers: { 'Cache-Control': 'public, max-age=60', 'Access-Control-Allow-Origin': '*' },
    }),
  }),
})
