/**
 * What a client that knows nothing but the answer is told. `status` 0: no answer came. `null` of a
 * request: it could not even be written.
 */
export type OutsideAnswer = {
  status: number
  code: string | null
  challenge: string | null
  user: { name: string; role: string } | null
  traceId: string
}

/**
 * Sends a token as it is, once: a plain request, past the page's client, so that nothing is
 * refreshed, tried again or signed out whatever comes back. Null where no header can hold it (RFC
 * 9110, 5.5).
 */
export async function sendToken(accessToken: string): Promise<OutsideAnswer | null> {
  const headers = toHeaders(accessToken)
  if (!headers) return null
  const response = await fetch('/api/me', { headers, cache: 'no-store' }).catch(() => null)
  if (!response) return { status: 0, code: 'unreachable', challenge: null, user: null, traceId: '' }
  const body = (await response.json().catch(() => ({}))) as {
    code?: string
    name: string
    role: string
  }
  return {
    status: response.status,
    code: response.ok ? null : (body.code ?? null),
    challenge: response.headers.get('www-authenticate'),
    user: response.ok ? { name: body.name, role: body.role } : null,
    traceId: response.headers.get('authscope-trace') ?? '',
  }
}

function toHeaders(accessToken: string): Headers | null {
  try {
    return new Headers({ 'Auth-Mode': 'token', Authorization: `Bearer ${accessToken}` })
  } catch {
    return null
  }
}
