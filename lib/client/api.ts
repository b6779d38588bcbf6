import type { Mode } from '../settings/settings.ts'
import { pageNow } from './page-clock.ts'
import type { TellLocally } from './tell.ts'
import { createTokenClient } from './token-client.ts'
import { createTokenKeeper } from './token-keeper.ts'

/**
 * What came back. `body` is the parsed JSON, or null where there is none; `status` 0 means that no
 * answer came at all.
 */
export type ApiAnswer = {
  status: number
  body: unknown
  /** The stable code of a refusal, or null where it was none. */
  code: string | null
  retryAfterSeconds: number | null
  traceId: string
}

type Call = {
  mode: Mode
  body?: unknown
  /** false: show what happens, mend nothing. */
  retry?: boolean
  /** Whom the page takes this to be done as: refused as somebody else. */
  as?: string | undefined
}

type Watch = {
  tell: TellLocally
  /** When each exchange began, by the page's clock. */
  noteSent?(traceId: string, sentAt: number): void
  onSignedOutElsewhere?(): void
  /**
   * A refresh waits for so many seconds, because there was one a moment ago; null when it does not
   * any more.
   */
  onWait?(seconds: number | null): void
  /** Whom a token was made out to. */
  onUser?(user: unknown): void
}

/**
 * Both mechanisms from a page, free of any framework. Session: nothing to do, the browser sends the
 * cookie. Token: what
 * `token-client.ts` does, told to the wire.
 */
export function createApi({ tell, noteSent, ...watch }: Watch) {
  const keeper = createTokenKeeper(tell)
  const tokens = createTokenClient({
    ...watch,
    store: keeper,
    onAnswer(response, { carried, sentAt }) {
      const traceId = traceIdOf(response)
      noteSent?.(traceId, sentAt)
      if (carried)
        tell(traceId, 'before', 'header.attached', {
          header: 'Authorization: Bearer …',
          keptIn: keeper.where(),
        })
    },
  })

  async function sendWithCookie(path: string, init: RequestInit): Promise<Response> {
    const sentAt = pageNow()
    const headers = { ...init.headers, 'Auth-Mode': 'session' }
    const response = await fetch(path, { cache: 'no-store', ...init, headers })
    noteSent?.(traceIdOf(response), sentAt)
    return response
  }

  const post = (step: string, body?: unknown) =>
    toAnswer(sendWithCookie(`/api/session/${step}`, toInit('POST', body)))

  return {
    keeper,

    signIn: (mode: Mode, credentials: { email: string; password: string }): Promise<ApiAnswer> =>
      mode === 'token' ? toAnswer(tokens.signIn(credentials)) : post('sign-in', credentials),

    /** Session: a new id. Token: a new access token. */
    refresh: (mode: Mode): Promise<ApiAnswer> =>
      mode === 'token' ? toAnswer(tokens.refresh()) : post('refresh'),

    signOut: (mode: Mode): Promise<ApiAnswer> =>
      mode === 'token' ? toAnswer(tokens.signOut()) : post('sign-out'),

    /**
     * Whether a 401 in this mode says that the sign-in has ended. A token that was refused may only
     * be over: the refresh says.
     */
    hasEnded: (mode: Mode): boolean => mode === 'session' || tokens.hasEnded(),

    /**
     * Changes the password. In token mode the answer brings the only access token that is good from
     * then on.
     */
    changePassword: (
      mode: Mode,
      passwords: { current: string; next: string },
      as?: string,
    ): Promise<ApiAnswer> =>
      toAnswer(
        mode === 'token'
          ? tokens.changePassword(passwords, as ? { 'Auth-User': as } : {})
          : sendWithCookie('/api/me/password', toInit('PUT', passwords, as)),
      ),

    /** Calls the API. In token mode a 401 is answered with a refresh and another try. */
    call(method: string, path: string, { mode, body, retry = true, as }: Call): Promise<ApiAnswer> {
      const init = toInit(method, body, as)
      if (mode === 'session') return toAnswer(sendWithCookie(path, init))
      return toAnswer(retry ? tokens.fetch(path, init) : tokens.send(path, init))
    },

    watchTabs: tokens.watchTabs,
  }
}

export type Api = ReturnType<typeof createApi>

const traceIdOf = (response: Response) => response.headers.get('authscope-trace') ?? ''

function toInit(
  method: string,
  body: unknown,
  as?: string,
): RequestInit & { headers: Record<string, string> } {
  const who: Record<string, string> = as ? { 'Auth-User': as } : {}
  if (body === undefined) return { method, headers: who }
  return {
    method,
    headers: { ...who, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }
}

async function toAnswer(sent: Promise<Response>): Promise<ApiAnswer> {
  const response = await sent.catch(() => null)
  if (!response)
    return { status: 0, body: null, code: 'unreachable', retryAfterSeconds: null, traceId: '' }
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const body: unknown = text && isJson ? JSON.parse(text) : null
  const code = response.ok
    ? null
    : ((body as { code?: string } | null)?.code ?? String(response.status))
  return {
    status: response.status,
    body,
    code,
    traceId: traceIdOf(response),
    retryAfterSeconds: Number(response.headers.get('retry-after')) || null,
  }
}
