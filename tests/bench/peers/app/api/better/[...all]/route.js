import { toNextJsHandler } from 'better-auth/next-js'
import { auth } from '../../../../auth/better-auth.js'

export const { GET, POST } = toNextJsHandler(auth)
