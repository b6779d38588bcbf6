import { toAdminUser } from '@/lib/accounts/account'
import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { listAccounts } from '@/lib/flows/administration'
import { content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Every account of the own group',
    least: 'admin',
    handle: async x => content({ users: (await listAccounts(x, x.who)).map(toAdminUser) }),
  }),
})
