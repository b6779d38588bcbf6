import { z } from 'zod'
import type { App } from '../app.ts'
import { mechanisms } from '../auth/mechanisms.ts'
import { channelIdOf } from '../context/channel.ts'
import type { Context } from '../context/context.ts'
import { type SealedCookie, sendSealed, unseal } from '../context/seal.ts'
import { COOKIES } from '../http/cookies.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Mode } from '../settings/settings.ts'
import { pairingCodeOf } from '../wire/channel-id.ts'
import { fingerprint } from '../wire/redaction.ts'

// Demo mode only. What happens to a stolen credential can only be shown with a stolen credential: a
// copy is put aside while it is good, and sent again later in a real request, by a client that is
// not the browser.

const keptIn = (mode: Mode): SealedCookie<{ credential: string }, 'kept'> => ({
  name: mode === 'session' ? COOKIES.keptSession : COOKIES.keptToken,
  purpose: 'kept',
  seconds: 15 * 60,
  holds: z.object({ credential: z.string() }),
})

/**
 * Puts a copy of the credential of this request aside, in a cookie that only this server can open.
 */
export async function keepCredential(c: Context<App>): Promise<Result<null>> {
  const received = mechanisms[c.mode].receive(c)
  if (!received.ok) return received
  const credential = received.value
  c.trace.tell('credential.kept', () => ({ mode: c.mode, value: fingerprint(credential) }))
  await sendSealed(c, keptIn(c.mode), { credential })
  return accept(null)
}

const ORIGIN = Symbol.for('authscope.origin')

/** What the other client got, and the name of its exchange on the wire. */
type Replayed = { status: number; body: unknown; traceId: string }

/**
 * Sends the kept copy to `GET /api/me` of this server, as another client would. Tells what it got.
 */
export async function replayCredential(c: Context<App>): Promise<Result<Replayed>> {
  const origin = (globalThis as { [ORIGIN]?: string })[ORIGIN]
  const cookie = keptIn(c.mode)
  const kept = await unseal(c, cookie, c.cookies.get(cookie.name))
  if (!origin || !kept) return refuse('not_found')
  const headers: Record<string, string> = {
    'Auth-Mode': c.mode,
    'User-Agent': 'authscope-replay',
    ...carry(c.mode, kept.credential),
  }
  const channelId = channelIdOf(c.app, c.cookies)
  if (channelId) headers['Wire-Channel'] = pairingCodeOf(channelId)
  const response = await fetch(`${origin}/api/me`, {
    headers,
    signal: AbortSignal.timeout(5_000),
  }).catch(() => null)
  if (!response) return refuse('store_unavailable')
  const body: unknown = await response.json()
  c.trace.tell('credential.replayed', () => ({ mode: c.mode, status: response.status }))
  return accept({
    status: response.status,
    body,
    traceId: response.headers.get('authscope-trace') ?? '',
  })
}

const carry = (mode: Mode, credential: string): Record<string, string> =>
  mode === 'token'
    ? { Authorization: `Bearer ${credential}` }
    : { Cookie: `${COOKIES.session}=${credential}` }
