import { toAdminUser } from '@/lib/accounts/account'
import { changeAccount } from '@/lib/accounts/administration'
import { AccountChange } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'
import { answer, ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  PATCH: guarded({
    least: 'admin',
    input: AccountChange,
    handle: async x =>
      answer(await changeAccount(x, x.who, x.params.id ?? '', x.input), account => ok({ user: toAdminUser(account) })),
  }),
})
