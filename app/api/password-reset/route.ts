import { PasswordReset } from '@/lib/accounts/input'
import { open, routes } from '@/lib/api'
import { resetPassword } from '@/lib/flows/reset-password'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Sets a new password by a one-time code; every sign-in of the account ends',
    status: 204,
    checksOrigin: true,
    input: PasswordReset,
    handle: c => resetPassword(c, c.input),
  }),
})
