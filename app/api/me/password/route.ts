import { PasswordChange } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { changePassword } from '@/lib/auth/flows'
import { strategies } from '@/lib/auth/strategy'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  PUT: guarded({
    says: 'Changes the password; every other sign-in of the account ends, and this one gets a new credential',
    status: 204,
    tokenStatus: 200,
    checksOrigin: true,
    input: PasswordChange,
    handle: async x =>
      answer(await changePassword(strategies[x.mode], x, x.who, x.input), body =>
        x.mode === 'token' ? content(body) : noContent,
      ),
  }),
})
