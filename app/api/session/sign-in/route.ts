import { Credentials } from '@/lib/accounts/input'
import { open, routes } from '@/lib/api'
import { signIn } from '@/lib/flows/sign-in'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Signs in with a cookie session',
    mode: 'session',
    checksOrigin: true,
    input: Credentials,
    handle: c => signIn(c, c.input),
  }),
})
