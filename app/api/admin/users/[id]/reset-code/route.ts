import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { createResetCode } from '@/lib/flows/reset-password'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: guarded({
    says: 'Makes the one-time code by which somebody who forgot the password sets a new one, within 15 minutes',
    status: 201,
    least: 'admin',
    handle: async x => answer(await createResetCode(x, x.who, x.params.id ?? ''), content),
  }),
})
