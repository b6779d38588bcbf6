import { PasswordChange } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { changePassword } from '@/lib/auth/flows'
import { strategies } from '@/lib/auth/strategy'
import { guarded, routes } from '@/lib/http/pipeline'
import { answer, noContent } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  PUT: guarded({
    input: PasswordChange,
    handle: async x => answer(await changePassword(strategies[x.mode], x, x.who, x.input), () => noContent),
  }),
})
