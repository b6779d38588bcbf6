import { toUser } from '@/lib/accounts/account'
import { Leaving } from '@/lib/accounts/input'
import { accept, guarded, refuse, routes } from '@/lib/api'
import { leave } from '@/lib/flows/leave'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: guarded({
    says: 'Who this request comes from',
    async handle({ who }) {
      const account = await who.profile()
      // The role is the one this request was let in with: in a token it may be older than the
      // account's.
      return account
        ? accept({ ...toUser(account), role: who.role, mode: who.mode })
        : refuse('not_found')
    },
  }),
  DELETE: guarded({
    says: 'Removes the account, with every sign-in and everything else of it',
    status: 204,
    checksOrigin: true,
    input: Leaving,
    handle: c => leave(c, c.input),
  }),
})
