/**
 * The client side of a sign-in with a bearer token, in one file that any single-page app or script
 * can take: it needs `fetch`, and uses Web Locks and BroadcastChannel where there are any. The
 * access token is kept in memory, the refresh token in a cookie that no script can read.
 */

/**
 * Where the access token is kept. `requestId` is what the server called the exchange that brought
 * it or ended it.
 */
export type TokenStore = {
  /** The token, expired or not, or null. */
  get(): string | null
  /** Whether a token is held that has expired by this browser's clock. */
  isOver(): boolean
  keep(accessToken: string, expiresInSeconds: number, requestId: string): void
  drop(requestId: string): void
}

/**
 * The default: a reload forgets it, no other tab has it, and nothing that reads storage finds it.
 */
export function createMemoryStore(): TokenStore {
  let held: { accessToken: string; expiresAt: number } | null = null
  return {
    get: () => held?.accessToken ?? null,
    isOver: () => held !== null && held.expiresAt <= now(),
    keep(accessToken, expiresInSeconds) {
      held = { accessToken, expiresAt: now() + expiresInSeconds * 1000 }
    },
    drop() {
      held = null
    },
  }
}

/**
 * A channel to the other tabs, or null: where cookies are blocked, a browser may let a page have
 * none.
 */
export function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}

type Options = {
  /** Where the API is; empty for the origin of the page. */
  origin?: string
  store?: TokenStore
  fetch?: typeof fetch
  /** Another tab signed out: this one has let go of its token already. */
  onSignedOutElsewhere?(): void
  /**
   * The server has asked for so many seconds of patience before the next refresh; null when they
   * are over.
   */
  onWait?(seconds: number | null): void
  /** An exchange is over, refreshes included. `carried`: the token was in its header. */
  onAnswer?(response: Response, about: { carried: boolean; sentAt: number }): void
  /** Whom a token that is kept was made out to, as the server tells it. */
  onUser?(user: unknown): void
}

const LOCK = 'authscope.refresh'
/**
 * A refresh that has not been answered by then is given up, in milliseconds: its answer is lost,
 * and the same can be asked for again.
 */
const LOST_MILLISECONDS = 8_000
/**
 * What `Retry-After` of a lost race says at most, in seconds, and what is taken for it where it
 * says nothing.
 */
const RACE_SECONDS = 3
/**
 * How long the lock is waited for, in milliseconds: longer than anybody holds it, who refreshes
 * three times at most and waits once.
 */
const LOCK_MILLISECONDS = 3 * LOST_MILLISECONDS + 1000 * RACE_SECONDS + 3_000
/** How often a call that was refused is sent again with a token it has just got. */
const RETRIES = 2

/**
 * Refuses what would not stay at the API: to `//elsewhere`, and to a name that an origin is the
 * beginning of, goes no token.
 */
function assertPath(path: string): void {
  if (!/^\/(?![/\\\s])/.test(path)) throw new TypeError('A path of the API begins with one slash.')
}

/** Milliseconds by a clock that nobody sets, from about the epoch. */
const now = () => performance.timeOrigin + performance.now()

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
const requestIdOf = (response: Response) => response.headers.get('authscope-trace') ?? ''

/**
 * Signs in, calls, refreshes and signs out. Of any number of calls that meet an expired token one
 * refresh is made, across all tabs of the browser; each call is tried again with what it brought, a
 * bounded number of times: a token may be over before it is used, on a slow machine or one that
 * sleeps. Signing out reaches every tab at once. Answers are the server's own; a network that fails
 * rejects, as
 * `fetch` does.
 */
export function createTokenClient(options: Options = {}) {
  const {
    origin = '',
    store = createMemoryStore(),
    onAnswer,
    onSignedOutElsewhere,
    onWait,
    onUser,
  } = options
  const doFetch = options.fetch ?? ((input, init) => fetch(input, init))
  let refreshing: Promise<Response> | null = null
  /** Counts sign-outs: what was asked for before one must not be kept after it. */
  let signOuts = 0
  /**
   * Whether the last refresh was refused: only that says that a sign-in has ended, not a call that
   * was.
   */
  let hasEnded = false

  let channel: BroadcastChannel | null = null

  function letGo(requestId: string) {
    signOuts += 1
    hasEnded = true
    store.drop(requestId)
  }

  async function send(
    path: string,
    init: RequestInit = {},
    accessToken = store.get(),
  ): Promise<Response> {
    assertPath(path)
    const headers = new Headers(init.headers)
    headers.set('Auth-Mode', 'token')
    if (accessToken) headers.set('Authorization', `Bearer ${accessToken}`)
    const sentAt = now()
    const response = await doFetch(origin + path, { cache: 'no-store', ...init, headers })
    onAnswer?.(response, { carried: accessToken !== null, sentAt })
    return response
  }

  /**
   * Keeps the access token that an answer brings, unless there was a sign-out since `before`: for
   * no longer than it is surely good. It has lived since it was asked for at the earliest, and it
   * ends with a whole second, so up to one more is gone (RFC 7519, 2).
   */
  async function keepFrom(sending: () => Promise<Response>, before: number): Promise<Response> {
    const sentAt = now()
    const response = await sending()
    if (response.status !== 200) return response
    const { access_token: accessToken, expires_in: expiresIn, user } = await response.clone().json()
    if (before !== signOuts) return response
    const goneSeconds = (now() - sentAt) / 1000 + 1
    store.keep(accessToken, Math.max(0, expiresIn - goneSeconds), requestIdOf(response))
    hasEnded = false
    onUser?.(user)
    return response
  }

  /** Sends what brings an access token, and keeps it. */
  async function obtain(path: string, init: RequestInit): Promise<Response> {
    const before = signOuts
    return keepFrom(() => send(path, { method: 'POST', ...init }, null), before)
  }

  /**
   * One refresh. It is over, answered or aborted, before there is another, and it ends with its
   * page: an answer that came late would put its cookie in the place of the later one's.
   */
  const exchange = () =>
    obtain('/api/token/refresh', { signal: AbortSignal.timeout(LOST_MILLISECONDS) })

  async function exchangePatiently(): Promise<Response> {
    // An answer that got lost is asked for once more: the server serves that while nobody has used
    // what it brought.
    const response = await exchange().catch(exchange)
    if (response.status !== 409) return response
    // Somebody was faster by a moment. What they got is in the cookie jar by the time the server
    // says, or nobody got it.
    const seconds = Math.min(
      Number(response.headers.get('retry-after')) || RACE_SECONDS,
      RACE_SECONDS,
    )
    onWait?.(seconds)
    await pause(seconds * 1000)
    onWait?.(null)
    return exchange()
  }

  /**
   * What uses or replaces the refresh token is done by one tab at a time, so that no two use the
   * same one. Whoever holds the lock too long is not waited for.
   */
  async function alone(work: () => Promise<Response>): Promise<Response> {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
    if (!locks) return work()
    let isMine = false
    const held = () => {
      isMine = true
      return work()
    }
    try {
      return await locks.request(LOCK, { signal: AbortSignal.timeout(LOCK_MILLISECONDS) }, held)
    } catch (error) {
      if (isMine) throw error
      return work()
    }
  }

  function refresh(): Promise<Response> {
    refreshing ??= alone(exchangePatiently)
      .then(response => {
        hasEnded = response.status === 401
        return response
      })
      .finally(() => {
        refreshing = null
      })
    return refreshing.then(response => response.clone())
  }

  /**
   * After a 401 a refresh, and if that brought a token another try. A token that is known to be
   * over is not sent at all.
   */
  async function withToken(call: () => Promise<Response>): Promise<Response> {
    if (store.isOver()) {
      const refreshed = await refresh()
      if (refreshed.status !== 200) return refreshed
    }
    for (let retries = 0; ; retries += 1) {
      const sent = store.get()
      const response = await call()
      if (response.status !== 401 || retries === RETRIES) return response
      // Another call has brought the next one meanwhile.
      if (store.get() !== sent && store.get() !== null && !store.isOver()) continue
      const refreshed = await refresh().catch(() => null)
      if (refreshed?.status === 200) continue
      // Refused: the sign-in has ended, and the call was refused for that. Not answered, or not
      // now: that is what is to be told.
      return refreshed && refreshed.status !== 401 ? refreshed : response
    }
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

    /**
     * Whether the sign-in has ended: a refresh was refused, or it was signed out. A call that was
     * refused alone does not say so.
     */
    hasEnded: () => hasEnded,

    /** Calls the API, with a token that is renewed where it has to be. */
    fetch: (path: string, init?: RequestInit): Promise<Response> =>
      withToken(() => send(path, init)),

    /**
     * Changes the password: 200 and a token kept, since every older one is dead from then on, or
     * the refusal. No tab refreshes meanwhile: with the refresh token from before the change it
     * would look like somebody who has a copy.
     */
    changePassword(
      passwords: { current: string; next: string },
      more: Record<string, string> = {},
    ): Promise<Response> {
      const before = signOuts
      const headers = { ...more, 'Content-Type': 'application/json' }
      const init = { method: 'PUT', body: JSON.stringify(passwords), headers }
      return withToken(() => alone(() => keepFrom(() => send('/api/me/password', init), before)))
    },

    /**
     * Ends the sign-in on the server, then lets go of the token here and in every other tab. Not
     * done while the server cannot be asked.
     */
    async signOut(): Promise<Response> {
      const response = await send('/api/token/sign-out', { method: 'POST' })
      if (response.status >= 500) return response
      letGo(requestIdOf(response))
      channel?.postMessage('signed-out')
      return response
    },

    /**
     * From here on signing out reaches the other tabs, and theirs this one. Returns how to stop.
     */
    watchTabs(): () => void {
      const opened = openChannel('authscope.token')
      if (!opened) return () => undefined
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
