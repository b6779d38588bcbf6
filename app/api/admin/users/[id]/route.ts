import { AccountChange } from '@/lib/accounts/input'
import { guarded, routes } from '@/lib/api'
import { changeAccount } from '@/lib/flows/administration'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: guarded({
    says: 'Changes role or standing of an account of the own group',
    role: 'admin',
    input: AccountChange,
    handle: c => changeAccount(c, c.params.id ?? '', c.input),
  }),
})
