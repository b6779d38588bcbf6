import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { NewKey, rotateKey } from '@/lib/flows/rotation'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'The keys that sign and verify access tokens, by name',
    least: 'admin',
    handle: async ({ app }) => content({ keys: await app.keys.list() }),
  }),
  POST: guarded({
    says: 'Makes the next key of an algorithm: published at once, signing a minute and a half later',
    status: 201,
    least: 'admin',
    input: NewKey,
    handle: async x =>
      answer(await rotateKey(x, x.who, x.input.algorithm), key => content({ key })),
  }),
})
