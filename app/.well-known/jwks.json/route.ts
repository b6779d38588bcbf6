import { accept, open, routes } from '@/lib/api'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: open({
    says: 'The public keys that access tokens are verified with',
    // Public and the same for everyone: services may keep it for a minute, less than a new key is
    // announced before it signs.
    headers: () => ({
      'Cache-Control': 'public, max-age=60',
      'Access-Control-Allow-Origin': '*',
    }),
    handle: async ({ app }) => accept(await app.keys.publicJwks()),
  }),
})
