import { z } from 'zod'
import { app } from '@/lib/app'
import { open } from '@/lib/http/endpoint'
import { routes } from '@/lib/http/pipeline'
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
