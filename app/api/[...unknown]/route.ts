import { z } from 'zod'
import { open } from '@/lib/api/endpoint'
import { routes } from '@/lib/api/pipeline'
import { app } from '@/lib/app'
import { notFound } from '@/lib/http/reply'

const nothing = open({
  says: 'Nothing is here',
  input: z.unknown(),
  handle: async () => notFound,
})

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: nothing,
  POST: nothing,
  PUT: nothing,
  PATCH: nothing,
  DELETE: nothing,
})
