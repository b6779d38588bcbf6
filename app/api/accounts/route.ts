import { toUser } from '@/lib/accounts/account'
import { NewAccount } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { signUp } from '@/lib/auth/flows'
import { open, routes } from '@/lib/http/pipeline'
import { answer, created } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    input: NewAccount,
    handle: async x => answer(await signUp(x, x.input), account => created({ user: toUser(account) })),
  }),
})
