import { open, routes } from '@/lib/api'
import { refresh } from '@/lib/flows/refresh'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Gives the session a new id',
    mode: 'session',
    checksOrigin: true,
    handle: c => refresh(c),
  }),
})
