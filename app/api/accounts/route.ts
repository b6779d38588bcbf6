import { toUser } from '@/lib/accounts/account'
import { NewAccount } from '@/lib/accounts/input'
import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { signUp } from '@/lib/flows/flows'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  POST: open({
    says: 'Makes an account, as a reader',
    status: 201,
    input: NewAccount,
    handle: async x =>
      answer(await signUp(x, x.input), account => content({ user: toUser(account) })),
  }),
})
