import { toUser } from '@/lib/accounts/account'
import { NewAccount } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { signUp } from '@/lib/auth/flows'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Makes an account, as a reader',
    status: 201,
    input: NewAccount,
    handle: async x => answer(await signUp(x, x.input), account => content({ user: toUser(account) })),
  }),
})
