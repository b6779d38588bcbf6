import { accept, open, routes } from '@/lib/api'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: open({
    says: 'Whether it can serve: the stores answer, keys and workers are there',
    async handle({ app }) {
      // Not waited for: without it the wire is quiet, and everything else works.
      app.bus.warmUp()
      // An id that nobody has: whether the place where sessions are kept answers.
      await Promise.all([app.database.$queryRaw`SELECT 1`, app.sessions.find('nobody')])
      await Promise.all([app.keys.warmUp(), app.passwords.warmUp()])
      return accept({ status: 'ready' })
    },
  }),
})
