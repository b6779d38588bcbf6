import { accept, guarded, routes } from '@/lib/api'
import { listAccounts } from '@/lib/flows/administration'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: guarded({
    says: 'Every account of the own group',
    role: 'admin',
    handle: async c => accept({ users: await listAccounts(c) }),
  }),
})
