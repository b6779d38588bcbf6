import { routes } from '@/lib/api'
import { streamSteps } from '@/lib/api/stream'
import { app } from '@/lib/app'

const isThere = () => app().config.wire

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({}, ['GET'], isThere)

export const GET = async (request: Request): Promise<Response> => streamSteps(app(), request)
