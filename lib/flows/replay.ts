import { sealData, unsealData } from 'iron-session'
import { receive as receiveAccessToken } from '../auth/token/carrier.ts'
import { channelIdOf } from '../context/channel.ts'
import type { Exchange } from '../context/context.ts'
import { sendCookie } from '../context/set-cookie.ts'
import { COOKIES } from '../http/cookies.ts'
import { accept, type Result, refuse } from '../http/result.ts'
import type { Mode } from '../settings/settings.ts'
import { pairingCodeOf } from '../wire/channel-id.ts'
import { fingerprint } from '../wire/redaction.ts'

// Demo mode only. What happens to a stolen credential can only be shown with a stolen credential: a
// copy is put aside while it is good, and sent again later in a real request, by a client that is
// not the browser.

const KEPT_SECONDS = 15 * 60
const KEPT_IN: Record<Mode, string> = { session: COOKIES.keptSession, token: COOKIES.keptToken }

async function openKept(x: Exchange): Promise<string | null> {
  const options = { password: x.app.passwordsFor.kept, ttl: KEPT_SECONDS }
  const seal = x.cookies.get(KEPT_IN[x.mode])
  const { credential } = seal
    ? await unsealData<{ credential?: string }>(seal, options).catch(() => ({}) as never)
    : {}
  return credential ?? null
}

/**
 * Puts a copy of the credential of this request aside, in a cookie that only this server can open.
 */
export async function keepCredential(x: Exchange): Promise<Result<null>> {
  const accessToken = x.mode === 'token' ? await receiveAccessToken(x) : null
  if (accessToken && !accessToken.ok) return accessToken
  const credential = accessToken?.value ?? x.cookies.get(COOKIES.session)
  if (!credential) return refuse('session.missing')
  x.trace.tell('credential.kept', () => ({ mode: x.mode, value: fingerprint(credential) }))
  const seal = await sealData(
    { credential },
    { password: x.app.passwordsFor.kept, ttl: KEPT_SECONDS },
  )
  sendCookie(x, KEPT_IN[x.mode], seal, KEPT_SECONDS)
  return accept(null)
}

const ORIGIN = Symbol.for('authscope.origin')

/** What the other client got, and the name of its exchange on the wire. */
type Replayed = { status: number; body: unknown; traceId: string }

/**
 * Sends the kept copy to `GET /api/me` of this server, as another client would. Tells what it got.
 */
export async function replayCredential(x: Exchange): Promise<Result<Replayed>> {
  const origin = (globalThis as { [ORIGIN]?: string })[ORIGIN]
  const credential = await openKept(x)
  if (!origin || !credential) return refuse('not_found')
  const headers: Record<string, string> = {
    'Auth-Mode': x.mode,
    'User-Agent': 'authscope-replay',
    ...carry(x.mode, credential),
  }
  const channelId = channelIdOf(x.app, x.cookies)
  if (channelId) headers['Wire-Channel'] = pairingCodeOf(channelId)
  const response = await fetch(`${origin}/api/me`, {
    headers,
    signal: AbortSignal.timeout(5_000),
  }).catch(() => null)
  if (!response) return refuse('store_unavailable')
  const body: unknown = await response.json()
  x.trace.tell('credential.replayed', () => ({ mode: x.mode, status: response.status }))
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
