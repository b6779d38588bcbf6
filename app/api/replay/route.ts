import { guarded, open, routes } from '@/lib/api'
import { keepCredential, replayCredential } from '@/lib/flows/replay'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: guarded({
    says: 'Demo: puts a copy of the credential aside',
    status: 204,
    checksOrigin: true,
    demoOnly: true,
    handle: c => keepCredential(c),
  }),
  POST: open({
    says: 'Demo: sends the copy again, as another client',
    checksOrigin: true,
    demoOnly: true,
    handle: c => replayCredential(c),
  }),
})
