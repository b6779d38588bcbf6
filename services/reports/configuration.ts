import { z } from 'zod'

/**
 * Everything the environment decides. Nothing here is a secret: the keys this service needs are
 * public.
 */
export type Configuration = {
  jwksUrl: URL
  issuer: string
  audience: string
  hosts: string[]
  port: number
  /** Pages of these origins may read the answers. */
  origins: string[]
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/

const isHttp = (text: string) => {
  const url = URL.canParse(text) ? new URL(text) : null
  return /^https?:$/.test(url?.protocol ?? '') && !url?.username && !url?.password
}
const isOrigin = (text: string) => isHttp(text) && new URL(text).origin === text
const toList = (text: string) => text.split(',').flatMap(part => part.trim() || [])

const Environment = z.object({
  REPORTS_JWKS_URL: z
    .string()
    .refine(
      isHttp,
      'set it to the address of the public keys, such as http://localhost:3000/.well-known/jwks.json.',
    )
    .default('http://localhost:3000/.well-known/jwks.json'),
  REPORTS_ISSUER: z
    .string()
    .min(1, 'set it to the issuer of the tokens, such as authscope.')
    .default('authscope'),
  REPORTS_AUDIENCE: z
    .string()
    .min(1, 'set it to the name tokens call this service by, such as authscope-reports.')
    .default('authscope-reports'),
  REPORTS_HOST: z
    .string()
    .min(1, 'set it to an address of this machine, or leave it out for loopback.')
    .optional(),
  REPORTS_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'set it to a number from 0 to 65535, such as 3100.')
    .transform(Number)
    .refine(port => port <= 65_535, 'set it to a number from 0 to 65535, such as 3100.')
    .default(3100),
  REPORTS_ORIGINS: z
    .string()
    .transform(toList)
    .refine(
      origins => origins.every(isOrigin),
      'list origins, such as http://localhost:3000,https://app.example.',
    )
    .optional(),
})

/** Fails with one sentence for each variable that is unfit, and never with its value. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const read = Environment.safeParse(environment)
  if (!read.success) {
    const sentences = read.error.issues.map(
      ({ path, message }) => `${String(path[0])} cannot be used: ${message}`,
    )
    throw new Error(sentences.join('\n'))
  }
  const { REPORTS_HOST: host, ...rest } = read.data
  const isLocal = host === undefined || LOOPBACK.test(host)
  return {
    jwksUrl: new URL(rest.REPORTS_JWKS_URL),
    issuer: rest.REPORTS_ISSUER,
    audience: rest.REPORTS_AUDIENCE,
    hosts: host === undefined || host === 'localhost' ? ['127.0.0.1', '::1'] : [host],
    port: rest.REPORTS_PORT,
    // A service that is reached from elsewhere is told which pages may call it; it does not guess.
    origins: rest.REPORTS_ORIGINS ?? (isLocal ? ['http://localhost:3000'] : []),
  }
}
