import { toAdminUser } from '@/lib/accounts/account'
import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'
import { ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    least: 'admin',
    handle: async ({ app }) => ok({ users: (await app.accounts.list()).map(toAdminUser) }),
  }),
})
