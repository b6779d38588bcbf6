import { PasswordReset } from '@/lib/accounts/input'
import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { resetPassword } from '@/lib/flows/reset-password'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Sets a new password by a one-time code; every sign-in of the account ends',
    status: 204,
    checksOrigin: true,
    input: PasswordReset,
    handle: async x => answer(await resetPassword(x, x.input), () => noContent),
  }),
})
