import { toUser } from '@/lib/accounts/account'
import { app } from '@/lib/app'
import { guarded, routes } from '@/lib/http/pipeline'
import { notFound, ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    async handle({ who }) {
      const account = await who.profile()
      // The role is the one this request was let in with: in a token it may be older than the account's.
      return account ? ok({ ...toUser(account), role: who.role, mode: who.mode }) : notFound
    },
  }),
})
