import { open, routes } from '@/lib/api'
import { signOut } from '@/lib/flows/sign-out'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Ends the session',
    status: 204,
    mode: 'session',
    checksOrigin: true,
    handle: c => signOut(c),
  }),
})
