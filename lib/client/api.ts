import type { Mode } from '../settings.ts'
import type { StepDetails } from '../wire/steps.ts'
import { createTokenKeeper } from './token-keeper.ts'

/** Records a step that happened in this page, before or after what the server tells of the same exchange. */
export type TellLocally = <N extends keyof StepDetails>(
  traceId: string,
  when: 'before' | 'after',
  name: N,
  detail: StepDetails[N],
) => void

/** What came back. `body` is the parsed JSON, or null where there is none; `status` 0 means that no answer came at all. */
export type ApiAnswer = {
  status: number
  body: unknown
  /** The stable code of a refusal, or null where it was none. */
  code: string | null
  retryAfterSeconds: number | null
  traceId: string
}

type Call = { mode: Mode; body?: unknown /** false: show what happens, mend nothing. */; retry?: boolean }

const REFRESH_LOCK = 'authscope.refresh'
const LOCK_TIMEOUT = 10_000

/**
 * The client side of both mechanisms, free of any framework. Session: nothing to do, the browser sends the cookie.
 * `noteSent` is told when each exchange began, by this browser's clock. Token: the header, one refresh at a time across all tabs of this browser, one retry after a 401, no loops.
 */
export function createApi(tell: TellLocally, noteSent: (traceId: string, sentAt: number) => void = () => undefined) {
  const keeper = createTokenKeeper(tell)
  let refreshing: Promise<ApiAnswer> | null = null

  async function send(method: string, path: string, { mode, body }: Call): Promise<ApiAnswer> {
    const headers: Record<string, string> = { 'Auth-Mode': mode }
    const accessToken = mode === 'token' ? keeper.get() : null
    if (accessToken) headers.Authorization = `Bearer ${accessToken}`
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const init = {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
    } as const
    const sentAt = Date.now()
    const response = await fetch(path, init).catch(() => null)
    if (!response) return { status: 0, body: null, code: 'unreachable', retryAfterSeconds: null, traceId: '' }
    const text = await response.text()
    const answer = toAnswer(response, text)
    noteSent(answer.traceId, sentAt)
    if (accessToken)
      tell(answer.traceId, 'before', 'header.attached', { header: 'Authorization: Bearer …', keptIn: keeper.where() })
    return answer
  }

  /** Keeps the access token of an answer that brings one. */
  function keepTokenOf(answer: ApiAnswer): ApiAnswer {
    const { access_token: accessToken, expires_in: expiresIn } = (answer.body ?? {}) as {
      access_token?: string
      expires_in?: number
    }
    if (answer.status === 200 && accessToken && expiresIn) keeper.keep(accessToken, expiresIn, answer.traceId)
    return answer
  }

  const post = (mode: Mode, step: string, body?: unknown) => send('POST', `/api/${mode}/${step}`, { mode, body })

  /** A new access token for the refresh cookie. The lock keeps other tabs waiting, so that no two use the same cookie. */
  async function refreshOnce(): Promise<ApiAnswer> {
    const exchange = async () => {
      const answer = await post('token', 'refresh')
      // Another client of this browser was faster; the cookie it got is ours too.
      return answer.code === 'refresh_raced' ? post('token', 'refresh') : answer
    }
    const { locks } = navigator
    if (!locks) return keepTokenOf(await exchange())
    const signal = AbortSignal.timeout(LOCK_TIMEOUT)
    return keepTokenOf(await locks.request(REFRESH_LOCK, { signal }, exchange))
  }

  const api = {
    keeper,

    signIn: async (mode: Mode, credentials: { email: string; password: string }) =>
      keepTokenOf(await post(mode, 'sign-in', credentials)),

    /** Session: a new id. Token: a new access token, asked for once however many calls wait for it. */
    refresh(mode: Mode): Promise<ApiAnswer> {
      if (mode === 'session') return post('session', 'refresh')
      refreshing ??= refreshOnce().finally(() => {
        refreshing = null
      })
      return refreshing
    },

    async signOut(mode: Mode): Promise<ApiAnswer> {
      const answer = await post(mode, 'sign-out')
      if (mode === 'token' && answer.status === 204) keeper.drop(answer.traceId)
      return answer
    },

    /** Calls the API. In token mode a 401 is answered with one refresh and one more try. */
    async call(method: string, path: string, call: Call): Promise<ApiAnswer> {
      const answer = await send(method, path, call)
      if (answer.status !== 401 || call.mode !== 'token' || call.retry === false) return answer
      const refreshed = await api.refresh('token')
      return refreshed.status === 200 ? send(method, path, call) : answer
    },
  }
  return api
}

export type Api = ReturnType<typeof createApi>

function toAnswer(response: Response, text: string): ApiAnswer {
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const body: unknown = text && isJson ? JSON.parse(text) : null
  const code = response.ok ? null : ((body as { code?: string } | null)?.code ?? String(response.status))
  return {
    status: response.status,
    body,
    code,
    traceId: response.headers.get('authscope-trace') ?? '',
    retryAfterSeconds: Number(response.headers.get('retry-after')) || null,
  }
}
