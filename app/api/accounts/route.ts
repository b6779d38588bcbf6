import { NewAccount } from '@/lib/accounts/input'
import { open, routes } from '@/lib/api'
import { signUp } from '@/lib/flows/sign-up'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Makes an account, as a reader',
    status: 201,
    input: NewAccount,
    handle: c => signUp(c, c.input),
  }),
})
