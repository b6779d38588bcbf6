import { ALGORITHMS, type Algorithm } from '../../lib/settings/settings.ts'
import { ADMIN, PASSWORD } from '../fixtures/process.ts'
import { cookieOf, type Send } from './client.ts'

/** A credential as a request carries it: the header, and what to call it. */
export type Credential = { name: string; headers: Record<string, string> }

const credentials = { method: 'POST', body: { email: ADMIN, password: PASSWORD } }

/** No credential at all: the bare route. */
export const BARE: Credential = { name: 'bare route', headers: {} }

export async function signInWithSession(send: Send, name: string): Promise<Credential> {
  const answer = await send('/api/session/sign-in', credentials)
  return { name, headers: { cookie: cookieOf(answer, '__Host-session') } }
}

type Choice = { algorithm: Algorithm; revocation: 'none' | 'denylist' }

/** A token of a browser with these settings. The requests that bring it do not bring them. */
export async function signInWithToken(
  send: Send,
  name: string,
  choice: Choice,
): Promise<Credential> {
  const chosen = await send('/api/settings', {
    method: 'PATCH',
    body: { mode: 'token', ...choice },
  })
  const headers = { cookie: cookieOf(chosen, '__Host-settings') }
  const answer = await send('/api/token/sign-in', { ...credentials, headers })
  return { name, headers: { authorization: `Bearer ${JSON.parse(answer.text).access_token}` } }
}

/** A token of each algorithm, without and with the denylist. */
export async function signInWithEach(send: Send): Promise<Credential[]> {
  const all: Credential[] = []
  for (const algorithm of ALGORITHMS)
    for (const revocation of ['none', 'denylist'] as const)
      all.push(
        await signInWithToken(
          send,
          `token ${algorithm}${revocation === 'none' ? '' : ', denylist in SQLite'}`,
          {
            algorithm,
            revocation,
          },
        ),
      )
  return all
}

/**
 * Asks with a credential for the least there is behind the guard, without one for the bare route.
 */
export function askWith(send: Send, { name, headers }: Credential) {
  const [target, expected] = name === BARE.name ? ['/api/health/live', 200] : ['/api/verify', 204]
  return async () => {
    const { status } = await send(target as string, { headers })
    if (status !== expected) throw new Error(`${name}: ${status}`)
  }
}
