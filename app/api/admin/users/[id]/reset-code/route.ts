import { guarded, routes } from '@/lib/api'
import { createResetCode } from '@/lib/flows/reset-password'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: guarded({
    says: 'Makes the one-time code by which somebody who forgot the password sets a new one, within 15 minutes',
    status: 201,
    role: 'admin',
    handle: c => createResetCode(c, c.params.id ?? ''),
  }),
})
