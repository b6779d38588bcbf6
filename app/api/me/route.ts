import { toUser } from '@/lib/accounts/account'
import { Leaving } from '@/lib/accounts/input'
import { guarded } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { strategies } from '@/lib/auth/mechanism'
import { leave } from '@/lib/flows/leave'
import { answer, content, noContent, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Who this request comes from',
    async handle({ who }) {
      const account = await who.profile()
      // The role is the one this request was let in with: in a token it may be older than the
      // account's.
      return account ? content({ ...toUser(account), role: who.role, mode: who.mode }) : notFound
    },
  }),
  DELETE: guarded({
    says: 'Removes the account, with every sign-in and everything else of it',
    status: 204,
    checksOrigin: true,
    input: Leaving,
    handle: async x => answer(await leave(strategies[x.mode], x, x.who, x.input), () => noContent),
  }),
})
