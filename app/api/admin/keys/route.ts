import { accept, guarded, routes } from '@/lib/api'
import { NewKey, rotateKey } from '@/lib/flows/rotation'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: guarded({
    says: 'The keys that sign and verify access tokens, by name',
    role: 'admin',
    handle: async ({ app }) => accept({ keys: await app.keys.list() }),
  }),
  POST: guarded({
    says: 'Makes the next key of an algorithm: published at once, signing a minute and a half later',
    status: 201,
    role: 'admin',
    input: NewKey,
    handle: c => rotateKey(c, c.input.algorithm),
  }),
})
