import { open, routes } from '@/lib/api'
import { refresh } from '@/lib/flows/refresh'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Exchanges the refresh cookie for a new access token',
    mode: 'token',
    checksOrigin: true,
    handle: c => refresh(c),
  }),
})
