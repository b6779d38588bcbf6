import { PasswordChange } from '@/lib/accounts/input'
import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { strategies } from '@/lib/auth/mechanism'
import { changePassword } from '@/lib/flows/flows'
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
