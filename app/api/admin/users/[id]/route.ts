import { toAdminUser } from '@/lib/accounts/account'
import { AccountChange } from '@/lib/accounts/input'
import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { changeAccount } from '@/lib/flows/administration'
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
