import { toAdminUser } from '@/lib/accounts/account'
import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Every account',
    least: 'admin',
    handle: async ({ app }) => content({ users: (await app.accounts.list()).map(toAdminUser) }),
  }),
})
