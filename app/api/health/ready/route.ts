import { app } from '@/lib/app'
import { open, routes } from '@/lib/http/pipeline'
import { ok } from '@/lib/http/reply'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: open({
    async handle({ app }) {
      await app.database.$queryRaw`SELECT 1`
      await Promise.all([app.keys.warmUp(), app.passwords.warmUp()])
      return ok({ status: 'ready' })
    },
  }),
})
