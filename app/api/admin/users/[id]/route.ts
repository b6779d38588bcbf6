import { toAdminUser } from '@/lib/accounts/account'
import { changeAccount } from '@/lib/accounts/administration'
import { AccountChange } from '@/lib/accounts/input'
import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { answer, content } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  PATCH: guarded({
    says: 'Changes role or standing of an account of the own group',
    least: 'admin',
    input: AccountChange,
    handle: async x =>
      answer(await changeAccount(x, x.who, x.params.id ?? '', x.input), account =>
        content({ user: toAdminUser(account) }),
      ),
  }),
})
