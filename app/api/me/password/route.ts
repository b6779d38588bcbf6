import { PasswordChange } from '@/lib/accounts/input'
import { guarded, routes } from '@/lib/api'
import { changePassword } from '@/lib/flows/password-change'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: guarded({
    says: 'Changes the password; every other sign-in of the account ends, and this one gets a new credential',
    status: 204,
    tokenStatus: 200,
    checksOrigin: true,
    input: PasswordChange,
    handle: c => changePassword(c, c.input),
  }),
})
