import { getMigrations } from 'better-auth/db/migration'
import { auth } from './auth/better-auth.js'

// The tables of Better Auth.
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
