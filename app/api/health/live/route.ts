import { accept, open, routes } from '@/lib/api'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: open({
    says: 'Whether the process answers',
    handle: async () => accept({ status: 'live' }),
  }),
})
