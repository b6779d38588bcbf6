import { toAdminUser } from '@/lib/accounts/account'
import { listAccounts } from '@/lib/accounts/administration'
import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Every account of the own group',
    least: 'admin',
    handle: async x => content({ users: (await listAccounts(x, x.who)).map(toAdminUser) }),
  }),
})
