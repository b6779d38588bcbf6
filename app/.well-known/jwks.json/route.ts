import { app } from '@/lib/app'
import { open, routes } from '@/lib/http/pipeline'
import { ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    // Public and the same for everyone: services may keep it for a minute, well under what a rotated key still verifies for.
    handle: async ({ app }) => ({
      ...ok(await app.keys.publicJwks()),
      headers: { 'Cache-Control': 'public, max-age=60' },
    }),
  }),
})
