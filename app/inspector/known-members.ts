/** Members of headers and claims that have a sentence here, each with where it is laid down. */
export const KNOWN_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['typ', 'RFC 9068, 2.1'],
  ['alg', 'RFC 7515, 4.1.1'],
  ['kid', 'RFC 7515, 4.1.4'],
  ['jwk', 'RFC 7515, 4.1.3'],
  ['jku', 'RFC 7515, 4.1.2'],
  ['crit', 'RFC 7515, 4.1.11'],
  ['cty', 'RFC 7515, 4.1.10'],
  ['iss', 'RFC 7519, 4.1.1'],
  ['sub', 'RFC 7519, 4.1.2'],
  ['aud', 'RFC 7519, 4.1.3'],
  ['exp', 'RFC 7519, 4.1.4'],
  ['nbf', 'RFC 7519, 4.1.5'],
  ['iat', 'RFC 7519, 4.1.6'],
  ['jti', 'RFC 7519, 4.1.7'],
  ['sid', 'OIDC Front-Channel Logout, 3'],
  ['scope', 'RFC 8693, 4.2'],
  ['client_id', 'RFC 8693, 4.3'],
  ['role', 'RFC 9068, 2.2.3.1'],
  ['ver', 'RFC 7519, 4.3'],
  ['revocation', 'RFC 7519, 4.3'],
])

/** Claims that are moments: whole seconds since 1970 began (RFC 7519, section 2). */
export const DATES: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time'])

/** The moment a claim names, as far as any calendar goes; else null. */
export function toMoment(name: string, value: unknown): string | null {
  if (!DATES.has(name) || typeof value !== 'number') return null
  const at = new Date(value * 1000)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}
