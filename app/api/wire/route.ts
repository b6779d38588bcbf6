import { app } from '@/lib/app'
import { routes } from '@/lib/http/pipeline'
import { streamSteps } from '@/lib/wire/stream'

const isThere = () => app().config.wire

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(app, {}, ['GET'], isThere)

export const GET = async (request: Request): Promise<Response> => streamSteps(app(), request)
