import { accept, type Result, refuse } from './result.ts'

/**
 * RFC 6750, 2.1: the scheme is case-insensitive, then one space or more, then one b64token and
 * nothing else.
 */
const BEARER = /^bearer +([\w\-.~+/]+=*)$/i

/**
 * The access token in an Authorization header: missing where there is no bearer at all, malformed
 * where it cannot be read.
 */
export function readBearer(header: string | null): Result<string> {
  if (header === null || !/^bearer(\s|$)/i.test(header)) return refuse('token.missing')
  const accessToken = BEARER.exec(header)?.[1]
  return accessToken ? accept(accessToken) : refuse('token.header_malformed')
}
