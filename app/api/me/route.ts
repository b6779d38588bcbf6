import { toUser } from '@/lib/accounts/account'
import { app } from '@/lib/app'
import { guarded } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
import { content, notFound } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: guarded({
    says: 'Who this request comes from',
    async handle({ who }) {
      const account = await who.profile()
      // The role is the one this request was let in with: in a token it may be older than the account's.
      return account ? content({ ...toUser(account), role: who.role, mode: who.mode }) : notFound
    },
  }),
})
