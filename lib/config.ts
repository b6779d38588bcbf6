import { createHash, hkdfSync } from 'node:crypto'
import { z } from 'zod'

const STORES = ['database', 'memory', 'redis', 'memcached'] as const

/** Everything the environment decides, read once and checked at start. */
export type Config = {
  /** Newest first. The first one seals; the others still open, so that a secret can be rotated without signing anybody out. */
  secrets: string[]
  pepper: string
  databaseUrl: string
  sessionStore: (typeof STORES)[number]
  /** Null where there is none. With it, the wire reaches every instance. */
  redisUrl: string | null
  memcachedUrl: string | null
  /** Demo mode: seeded accounts, the replay, and the settings that weaken something. */
  demo: boolean
  instance: string
  /** `iss` and `aud` of access tokens. */
  issuer: string
  audience: string
  bcryptCost: number
}

const Environment = z.object({
  AUTHSCOPE_SECRET: z.string(),
  AUTHSCOPE_PEPPER: z.string().min(32),
  DATABASE_URL: z.string().min(1),
  SESSION_STORE: z.enum(STORES).default('database'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  MEMCACHED_URL: z.url({ protocol: /^memcached$/ }).optional(),
  AUTHSCOPE_DEMO: z.enum(['0', '1']).default('0'),
  AUTHSCOPE_INSTANCE: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .default('app-1'),
  AUTHSCOPE_ISSUER: z.string().min(1).default('authscope'),
  AUTHSCOPE_AUDIENCE: z.string().min(1).default('authscope-api'),
  // ASVS 5.0, 11.4.2 by way of the OWASP password storage cheat sheet: 10 is the least that bcrypt may cost.
  AUTHSCOPE_BCRYPT_COST: z.coerce.number().int().min(10).max(15).default(12),
})

/** Fails with one sentence that names each variable that is missing or unfit, and never with its value. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const read = Environment.safeParse(environment)
  const secrets = (environment.AUTHSCOPE_SECRET ?? '').split(',').map(secret => secret.trim())
  const faults = new Set(read.error?.issues.map(issue => String(issue.path[0])))
  if (secrets.some(secret => secret.length < 32)) faults.add('AUTHSCOPE_SECRET')
  const needed = { redis: 'REDIS_URL', memcached: 'MEMCACHED_URL' }[environment.SESSION_STORE ?? '']
  if (needed && !environment[needed]) faults.add(needed)
  if (!read.success || faults.size > 0)
    throw new Error(`Set ${[...faults].join(', ')}: see "Configuration" in README.md.`)
  return {
    secrets,
    pepper: read.data.AUTHSCOPE_PEPPER,
    databaseUrl: read.data.DATABASE_URL,
    sessionStore: read.data.SESSION_STORE,
    redisUrl: read.data.REDIS_URL ?? null,
    memcachedUrl: read.data.MEMCACHED_URL ?? null,
    demo: read.data.AUTHSCOPE_DEMO === '1',
    instance: read.data.AUTHSCOPE_INSTANCE,
    issuer: read.data.AUTHSCOPE_ISSUER,
    audience: read.data.AUTHSCOPE_AUDIENCE,
    bcryptCost: read.data.AUTHSCOPE_BCRYPT_COST,
  }
}

/**
 * One key for one purpose (ASVS 5.0, V11.2): HKDF-SHA-256 of a secret, as iron-session's map of passwords. Each is numbered by
 * what it is, not by where it stands in the list, so that what it sealed stays open while the list moves on. iron-session
 * seals with the highest number it can list: that is the newest alone. The older ones are inherited, and found by the seals that name them.
 */
export function derivePasswords(secrets: string[], purpose: string): Record<string, string> {
  const derive = (secret: string) => {
    const bytes = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
    return [createHash('sha256').update(bytes).digest().readUIntBE(0, 6), bytes.toString('base64url')] as const
  }
  const [newest, ...older] = secrets.map(derive)
  return Object.assign(Object.create(Object.fromEntries(older)), newest && Object.fromEntries([newest]))
}
