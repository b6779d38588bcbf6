import { open, routes } from '@/lib/api'
import { openCast, resetCast } from '@/lib/flows/cast'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  POST: open({
    says: 'Demo: a reader, an editor and an admin of this browser’s own, with a board of their own',
    status: 201,
    checksOrigin: true,
    demoOnly: true,
    handle: c => openCast(c),
  }),
  DELETE: open({
    says: 'Demo: takes this browser’s cast back to the start; every sign-in of it ends',
    status: 204,
    checksOrigin: true,
    demoOnly: true,
    handle: c => resetCast(c),
  }),
})
