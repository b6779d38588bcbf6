const MAX_USER_AGENT = 300

/**
 * Where a request comes from. The server in front sets X-Forwarded-For from the socket, or from a
 * configured proxy, and strips what clients send.
 */
export function clientOf(headers: Headers) {
  return {
    address: headers.get('x-forwarded-for')?.trim() || 'unknown',
    userAgent: (headers.get('user-agent') ?? '')
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, MAX_USER_AGENT),
  }
}

/**
 * Whether a page is loaded by a link of another site: then the browser leaves cookies with
 * `SameSite=Strict` behind, and has them all the same.
 */
export const isLinkedFromElsewhere = (headers: { get(name: string): string | null }): boolean =>
  /^(cross|same)-site$/.test(headers.get('sec-fetch-site') ?? '')

/** Whether the browser speaks HTTPS to us, directly or to the proxy in front. */
export const isHttps = (headers: Headers, url: URL): boolean =>
  url.protocol === 'https:' || headers.get('x-forwarded-proto') === 'https'
