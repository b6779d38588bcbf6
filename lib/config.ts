import { createHash, hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { ALGORITHMS, type Algorithm } from './settings/settings.ts'

const STORES = ['database', 'memory', 'redis', 'memcached'] as const

/** Everything the environment decides, read once and checked at start. */
export type Config = {
  /**
   * Newest first. The first one seals; the others still open, so that a secret can be rotated
   * without signing anybody out.
   */
  secrets: string[]
  pepper: string
  databaseUrl: string
  sessionStore: (typeof STORES)[number]
  /** Null where there is none. With it, the wire reaches every instance. */
  redisUrl: string | null
  memcachedUrl: string | null
  /** Demo mode: seeded accounts, the replay, and the settings that weaken something. */
  demo: boolean
  /**
   * Whether there is a wire: in demo mode, and where it is asked for. It shows people's requests to
   * their browsers.
   */
  wire: boolean
  instance: string
  /** `iss` and `aud` of access tokens. */
  issuer: string
  audience: string
  /** What access tokens are signed with. In demo mode each browser chooses for itself. */
  algorithm: Algorithm
  /** Audiences of other services that an access token can be exchanged for. */
  serviceAudiences: string[]
  /** Who may introspect and revoke tokens: secrets by client id (RFC 7662, RFC 7009). */
  clients: Record<string, string>
  /** Pages of these origins may call the API with a bearer token. */
  corsOrigins: string[]
  /** Where the reports service is, for the page that calls it; null where there is none. */
  reportsOrigin: string | null
  bcryptCost: number
}

const LEAST_SECRET = 32

/**
 * Long enough, and not one character over and over: nobody guesses it, and nobody has typed it to
 * get past this check.
 */
const isStrong = (secret: string) => secret.length >= LEAST_SECRET && new Set(secret).size >= 10

const listOf = (text: string) =>
  text
    .split(',')
    .map(entry => entry.trim())
    .filter(Boolean)

// No place in the list may be empty: a comma too many must not make an empty secret.
const secrets = z
  .string()
  .transform(text => text.split(',').map(secret => secret.trim()))
  .refine(list => list.every(isStrong))

const clients = z
  .string()
  .transform(text =>
    listOf(text).map(entry => [
      entry.slice(0, Math.max(0, entry.indexOf(':'))),
      entry.slice(entry.indexOf(':') + 1),
    ]),
  )
  .refine(pairs =>
    pairs.every(([id = '', secret = '']) => /^[\w.-]{1,64}$/.test(id) && isStrong(secret)),
  )
  .refine(pairs => new Set(pairs.map(([id]) => id)).size === pairs.length)
  .transform(pairs => Object.fromEntries(pairs) as Record<string, string>)

const isOrigin = (text: string) =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

const origins = z
  .string()
  .transform(listOf)
  .refine(list => list.every(isOrigin))

const name = z.string().regex(/^[\x21-\x7e]{1,200}$/)

/** Each variable, how it is read, and what to set it to when it cannot be used. */
const VARIABLES = {
  AUTHSCOPE_SECRET: [
    secrets,
    'to at least 32 random characters, such as the output of `openssl rand -base64 32`',
  ],
  AUTHSCOPE_PEPPER: [
    z.string().refine(isStrong),
    'to at least 32 random characters, such as the output of `openssl rand -base64 32`',
  ],
  DATABASE_URL: [
    z.string().min(1),
    'to the address of the database, such as file:.data/authscope.db',
  ],
  SESSION_STORE: [z.enum(STORES).default('database'), `to one of ${STORES.join(', ')}`],
  REDIS_URL: [
    z.url({ protocol: /^rediss?$/ }).optional(),
    'to the address of the Redis server, such as redis://127.0.0.1:6379',
  ],
  MEMCACHED_URL: [
    z.url({ protocol: /^memcached$/ }).optional(),
    'to the address of the Memcached server, such as memcached://127.0.0.1:11211',
  ],
  AUTHSCOPE_DEMO: [z.enum(['0', '1']).default('0'), 'to 1 for demo mode or to 0 for none'],
  AUTHSCOPE_WIRE: [z.enum(['0', '1']).optional(), 'to 1 for the wire or to 0 for none'],
  AUTHSCOPE_INSTANCE: [
    z
      .string()
      .regex(/^[\w.-]{1,40}$/)
      .default('app-1'),
    'to at most 40 letters, digits, dots and hyphens',
  ],
  AUTHSCOPE_ISSUER: [name.default('authscope'), 'to a name without spaces'],
  AUTHSCOPE_AUDIENCE: [name.default('authscope-api'), 'to a name without spaces'],
  AUTHSCOPE_ALGORITHM: [z.enum(ALGORITHMS).default('ES256'), `to one of ${ALGORITHMS.join(', ')}`],
  AUTHSCOPE_SERVICE_AUDIENCES: [
    z.string().default('authscope-reports').transform(listOf).pipe(z.array(name)),
    'to names without spaces of other services, parted by commas',
  ],
  AUTHSCOPE_CLIENTS: [
    clients.default({}),
    'to pairs id:secret parted by commas, each secret of at least 32 random characters',
  ],
  AUTHSCOPE_CORS_ORIGINS: [
    origins.default([]),
    'to origins parted by commas, such as https://app.example',
  ],
  AUTHSCOPE_REPORTS_ORIGIN: [
    z.string().refine(isOrigin).optional(),
    'to the origin of the reports service, such as http://localhost:3100',
  ],
  // ASVS 5.0, 11.4.2 by way of the OWASP password storage cheat sheet: 10 is the least that bcrypt
  // may cost.
  AUTHSCOPE_BCRYPT_COST: [
    z.coerce.number().int().min(10).max(15).default(12),
    'to a number from 10 to 15',
  ],
} as const satisfies Record<string, readonly [z.ZodType, string]>

type Variable = keyof typeof VARIABLES
type Values = { [N in Variable]: z.output<(typeof VARIABLES)[N][0]> }

const faultOf = (variable: Variable) =>
  `Set ${variable} ${VARIABLES[variable][1]}: see docs/configuration.md.`

/**
 * Fails with a sentence for each variable that is missing or unfit, which names it and never its
 * value.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const faults: string[] = []
  const read = Object.entries(VARIABLES).map(([variable, [schema]]) => {
    const parsed = schema.safeParse(environment[variable] || undefined)
    if (!parsed.success) faults.push(faultOf(variable as Variable))
    return [variable, parsed.data]
  })
  const values = Object.fromEntries(read) as Values
  const needed = ({ redis: 'REDIS_URL', memcached: 'MEMCACHED_URL' } as const)[
    values.SESSION_STORE as 'redis'
  ]
  if (needed && !environment[needed]) faults.push(faultOf(needed))
  if (values.AUTHSCOPE_SERVICE_AUDIENCES?.includes(values.AUTHSCOPE_AUDIENCE))
    faults.push(faultOf('AUTHSCOPE_SERVICE_AUDIENCES'))
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return {
    secrets: values.AUTHSCOPE_SECRET,
    pepper: values.AUTHSCOPE_PEPPER,
    databaseUrl: values.DATABASE_URL,
    sessionStore: values.SESSION_STORE,
    redisUrl: values.REDIS_URL ?? null,
    memcachedUrl: values.MEMCACHED_URL ?? null,
    demo: values.AUTHSCOPE_DEMO === '1',
    wire: (values.AUTHSCOPE_WIRE ?? values.AUTHSCOPE_DEMO) === '1',
    instance: values.AUTHSCOPE_INSTANCE,
    issuer: values.AUTHSCOPE_ISSUER,
    audience: values.AUTHSCOPE_AUDIENCE,
    algorithm: values.AUTHSCOPE_ALGORITHM,
    serviceAudiences: values.AUTHSCOPE_SERVICE_AUDIENCES,
    clients: values.AUTHSCOPE_CLIENTS,
    corsOrigins: values.AUTHSCOPE_CORS_ORIGINS,
    reportsOrigin:
      values.AUTHSCOPE_REPORTS_ORIGIN ??
      (values.AUTHSCOPE_DEMO === '1' ? 'http://localhost:3100' : null),
    bcryptCost: values.AUTHSCOPE_BCRYPT_COST,
  }
}

/**
 * One key for one purpose (ASVS 5.0, V11.2): HKDF-SHA-256 of a secret, as iron-session's map of
 * passwords. Each is numbered by what it is, not by where it stands in the list, so that what it
 * sealed stays open while the list moves on. iron-session seals with the highest number it can
 * list: that is the newest alone. The older ones are inherited, and found by the seals that name
 * them.
 */
export function derivePasswords(secrets: string[], purpose: string): Record<string, string> {
  const derive = (secret: string) => {
    const bytes = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
    return [
      createHash('sha256').update(bytes).digest().readUIntBE(0, 6),
      bytes.toString('base64url'),
    ] as const
  }
  const [newest, ...older] = secrets.map(derive)
  return Object.assign(
    Object.create(Object.fromEntries(older)),
    newest && Object.fromEntries([newest]),
  )
}
