import path from 'node:path'
import { defineConfig } from 'prisma/config'

const folder = path.resolve(import.meta.dirname, process.env.AUTHSCOPE_DATA || '.data')
const url = process.env.DATABASE_URL || `file:${path.join(folder, 'authscope.db')}`
const provider = url.startsWith('file:') ? 'sqlite' : 'postgresql'

/** For the ordinary Prisma CLI: `npx prisma migrate deploy`, `npx prisma studio`. */
export default defineConfig({
  schema: `prisma/${provider}/schema.prisma`,
  migrations: { path: `prisma/${provider}/migrations`, seed: 'node prisma/seed.ts' },
  datasource: { url },
})
