import { z } from 'zod'
import { open, refuse, routes } from '@/lib/api'

const nothing = open({
  says: 'Nothing is here',
  input: z.unknown(),
  handle: async () => refuse('not_found'),
})

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: nothing,
  POST: nothing,
  PUT: nothing,
  PATCH: nothing,
  DELETE: nothing,
})
