import { betterAuth } from 'better-auth'
import Database from 'better-sqlite3'

import { SECRET } from './secret.js'

const database = new Database('peers.db')
database.pragma('journal_mode = WAL')

/**
 * Better Auth as its documentation sets it up, sessions in SQLite. With `PEER_COOKIE_CACHE` a
 * signed copy of the session in a cookie is believed for five minutes.
 */
export const auth = betterAuth({
  basePath: '/api/better',
  baseURL: process.env.PEER_ORIGIN,
  secret: SECRET,
  database,
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: process.env.PEER_COOKIE_CACHE === '1', maxAge: 300 } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
})
