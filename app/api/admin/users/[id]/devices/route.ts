import { guarded, routes } from '@/lib/api'
import { endSignIns } from '@/lib/flows/administration'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  DELETE: guarded({
    says: 'Ends every sign-in of an account of the own group',
    status: 204,
    role: 'admin',
    handle: c => endSignIns(c, c.params.id ?? ''),
  }),
})
