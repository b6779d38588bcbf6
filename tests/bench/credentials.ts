import { ADMIN, PASSWORD } from '../fixtures/process.ts'
import { cookieOf, overHttp, type Send } from './client.ts'
import type { Variant } from './variants.ts'

/** The headers that a request brings its credential in. */
export type Credential = Record<string, string>

const credentials = { method: 'POST', body: { email: ADMIN, password: PASSWORD } }

export async function signInWithSession(send: Send): Promise<Credential> {
  const answer = await send('/api/session/sign-in', credentials)
  return { cookie: cookieOf(answer, '__Host-session') }
}

/** A token of a browser with these settings. The requests that bring it do not bring them. */
export async function signInWithToken(
  send: Send,
  choice: NonNullable<Variant['token']>,
): Promise<Credential> {
  const chosen = await send('/api/settings', {
    method: 'PATCH',
    body: { mode: 'token', ...choice },
  })
  const headers = { cookie: cookieOf(chosen, '__Host-settings') }
  const answer = await send('/api/token/sign-in', { ...credentials, headers })
  return { authorization: `Bearer ${JSON.parse(answer.text).access_token}` }
}

/** What a request of this kind brings. */
export async function credentialFor(origin: string, { token }: Variant): Promise<Credential> {
  const client = overHttp(origin)
  try {
    return await (token ? signInWithToken(client.send, token) : signInWithSession(client.send))
  } finally {
    client.close()
  }
}
