/**
 * The client side of a sign-in with a bearer token, in one file that any single-page app or script can take: it needs `fetch`, and uses
 * Web Locks and BroadcastChannel where there are any. The access token is kept in memory, the refresh token in a cookie that no script can read.
 */

/** Where the access token is kept. `requestId` is what the server called the exchange that brought it or ended it. */
export type TokenStore = {
  get(): string | null
  keep(accessToken: string, expiresInSeconds: number, requestId: string): void
  drop(requestId: string): void
}

/** The default: a reload forgets it, no other tab has it, and nothing that reads storage finds it. */
export function createMemoryStore(): TokenStore {
  let held: string | null = null
  return {
    get: () => held,
    keep(accessToken) {
      held = accessToken
    },
    drop() {
      held = null
    },
  }
}

type Options = {
  /** Where the API is; empty for the origin of the page. */
  origin?: string
  store?: TokenStore
  fetch?: typeof fetch
  /** Another tab signed out: this one has let go of its token already. */
  onSignedOutElsewhere?(): void
  /** An exchange is over, refreshes included. `carried`: the token was in its header. */
  onAnswer?(response: Response, about: { carried: boolean; sentAt: number }): void
}

const LOCK = 'authscope.refresh'
const LOCK_MILLISECONDS = 10_000
/** After a lost race the cookie of the winner is on its way: how long to wait for it, in milliseconds, before each further try. */
const RACE_PAUSES = [150, 400, 1000]

/** Refuses what would not stay at the API: to `//elsewhere`, and to a name that an origin is the beginning of, goes no token. */
function assertPath(path: string): void {
  if (!/^\/(?![/\\\s])/.test(path)) throw new TypeError('A path of the API begins with one slash.')
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
const requestIdOf = (response: Response) => response.headers.get('authscope-trace') ?? ''

/**
 * Signs in, calls, refreshes and signs out. Of any number of calls that meet an expired token one refresh is made, across all tabs of the
 * browser; each call is tried once more, and never a third time. Signing out reaches every tab at once. Answers are the server's own;
 * a network that fails rejects, as `fetch` does.
 */
export function createTokenClient(options: Options = {}) {
  const { origin = '', store = createMemoryStore(), onAnswer, onSignedOutElsewhere } = options
  const doFetch = options.fetch ?? ((input, init) => fetch(input, init))
  let refreshing: Promise<Response> | null = null
  /** Counts sign-outs: what was asked for before one must not be kept after it. */
  let signOuts = 0

  let channel: BroadcastChannel | null = null

  function letGo(requestId: string) {
    signOuts += 1
    store.drop(requestId)
  }

  async function send(path: string, init: RequestInit = {}, accessToken = store.get()): Promise<Response> {
    assertPath(path)
    const headers = new Headers(init.headers)
    headers.set('Auth-Mode', 'token')
    if (accessToken) headers.set('Authorization', `Bearer ${accessToken}`)
    const sentAt = Date.now()
    const response = await doFetch(origin + path, { cache: 'no-store', ...init, headers })
    onAnswer?.(response, { carried: accessToken !== null, sentAt })
    return response
  }

  /** Sends what brings an access token, and keeps it. */
  async function obtain(path: string, init: RequestInit): Promise<Response> {
    const before = signOuts
    const response = await send(path, { method: 'POST', ...init }, null)
    if (response.status !== 200) return response
    const { access_token: accessToken, expires_in: expiresIn } = await response.clone().json()
    if (before === signOuts) store.keep(accessToken, expiresIn, requestIdOf(response))
    return response
  }

  /** `keepalive`: a page that is left in the middle must not lose the answer, or the used-up token is all it has. */
  const exchange = () => obtain('/api/token/refresh', { keepalive: true })

  async function exchangePatiently(): Promise<Response> {
    let response = await exchange()
    for (const milliseconds of RACE_PAUSES) {
      if (response.status !== 409) break
      await pause(milliseconds)
      response = await exchange()
    }
    return response
  }

  /** Only one tab at a time, so that no two use the same refresh token. One that holds the lock too long is not waited for. */
  async function refreshAlone(): Promise<Response> {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
    if (!locks) return exchangePatiently()
    let isMine = false
    const work = () => {
      isMine = true
      return exchangePatiently()
    }
    try {
      return await locks.request(LOCK, { signal: AbortSignal.timeout(LOCK_MILLISECONDS) }, work)
    } catch (error) {
      if (isMine) throw error
      return exchangePatiently()
    }
  }

  function refresh(): Promise<Response> {
    refreshing ??= refreshAlone().finally(() => {
      refreshing = null
    })
    return refreshing.then(response => response.clone())
  }

  return {
    /** Whether a token is held, good or not. */
    holdsToken: () => store.get() !== null,

    /** 200 and a token kept, or the refusal. */
    signIn: (credentials: { email: string; password: string }): Promise<Response> =>
      obtain('/api/token/sign-in', {
        body: JSON.stringify(credentials),
        headers: { 'Content-Type': 'application/json' },
      }),

    /** A new access token for the refresh cookie, asked for once however many wait for it. */
    refresh,

    /** Sends a request as it is, with the token if there is one. */
    send: (path: string, init?: RequestInit): Promise<Response> => send(path, init),

    /** Calls the API: after a 401 one refresh, and if that brought a token one more try. */
    async fetch(path: string, init?: RequestInit): Promise<Response> {
      const response = await send(path, init)
      if (response.status !== 401) return response
      const refreshed = await refresh().catch(() => null)
      return refreshed?.status === 200 ? send(path, init) : response
    },

    /** Ends the sign-in on the server, then lets go of the token here and in every other tab. Not done while the server cannot be asked. */
    async signOut(): Promise<Response> {
      const response = await send('/api/token/sign-out', { method: 'POST' })
      if (response.status >= 500) return response
      letGo(requestIdOf(response))
      channel?.postMessage('signed-out')
      return response
    },

    /** From here on signing out reaches the other tabs, and theirs this one. Returns how to stop. */
    watchTabs(): () => void {
      const opened = new BroadcastChannel('authscope.token')
      opened.onmessage = () => {
        letGo('')
        onSignedOutElsewhere?.()
      }
      channel = opened
      return () => {
        opened.close()
        channel = null
      }
    },
  }
}

export type TokenClient = ReturnType<typeof createTokenClient>
