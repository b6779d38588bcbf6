import { open, routes } from '@/lib/api'
import { signOut } from '@/lib/flows/sign-out'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Ends the sign-in: its family, and the access token by its jti',
    status: 204,
    mode: 'token',
    checksOrigin: true,
    handle: c => signOut(c),
  }),
})
