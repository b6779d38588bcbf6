import { app } from '@/lib/app'
import { createResetCode } from '@/lib/auth/reset-password'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: guarded({
    says: 'Makes the one-time code by which somebody who forgot the password sets a new one, within 15 minutes',
    status: 201,
    least: 'admin',
    handle: async x => answer(await createResetCode(x, x.who, x.params.id ?? ''), content),
  }),
})
