import { z } from 'zod'
import { app } from '@/lib/app'
import { open, routes } from '@/lib/http/pipeline'
import { notFound } from '@/lib/http/reply'

const nothing = open({ input: z.unknown(), handle: async () => notFound })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {
  GET: nothing,
  POST: nothing,
  PUT: nothing,
  PATCH: nothing,
  DELETE: nothing,
})
