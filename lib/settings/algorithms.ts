/**
 * What access tokens are signed with (RFC 7518, section 3.1; RFC 8037). The first has one key for
 * both ends, the others a public half.
 */
export const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]
