'use client'

import { useRouter } from 'next/navigation'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { type Api, type ApiAnswer, createApi } from '@/lib/client/api'
import { pageNow } from '@/lib/client/page-clock'
import { openChannel } from '@/lib/client/token-client'
import { createWireFeed, type WireFeed } from '@/lib/client/wire-feed'
import type { Mode, Settings } from '@/lib/settings/settings'
import { Asking, AWAY } from './asking'

export type User = { id: string; email: string; name: string; role: 'reader' | 'editor' | 'admin' }
/** The settings of this browser, with the language that its pages are shown in. */
export type Effective = Settings & { language: 'en' | 'ko' }

/** Why nobody is signed in, where there is something to say about it. */
export type OutBecause = 'signed_out' | 'other_tab' | 'expired' | 'switched' | (string & {})

type SignInState =
  | { status: 'loading' }
  | { status: 'in'; user: User }
  | { status: 'out'; because: OutBecause | null }

type Initial = {
  settings: Effective
  demo: boolean
  wire: boolean
  carries: { session: boolean; refresh: boolean }
}

type AppState = {
  settings: Effective
  demo: boolean
  mode: Mode
  signedIn: SignInState
  /**
   * Something asked for in the header or the settings that could not be done, until it is
   * dismissed.
   */
  failure: ApiAnswer | null
  dismissFailure(): void
  /** For how many seconds a refresh waits, because there was one a moment ago, or null. */
  waitingSeconds: number | null
  api: Api
  feed: WireFeed
  /** Calls the API in this browser's mode; a 401 means that nobody is signed in any more. */
  call(method: string, path: string, body?: unknown): Promise<ApiAnswer>
  /** Asks for a fresh credential; a 401 means that there is nothing left to refresh. */
  refresh(): Promise<ApiAnswer>
  signIn(credentials: { email: string; password: string }): Promise<ApiAnswer>
  changePassword(passwords: { current: string; next: string }): Promise<ApiAnswer>
  signOut(): Promise<void>
  /** Removes the account of whoever is signed in. */
  leave(password: { current: string }): Promise<ApiAnswer>
  reload(): Promise<void>
  changeSettings(patch: Partial<Effective>): Promise<ApiAnswer>
}

/** What this browser carries says that nobody is signed in: known before any script runs. */
const isNobody = ({ settings, carries }: Initial) =>
  settings.mode === 'session'
    ? !carries.session
    : !carries.refresh && settings.tokenStorage === 'memory'

const isSame = (a: User, b: User) =>
  a.id === b.id && a.name === b.name && a.role === b.role && a.email === b.email

const Context = createContext<AppState | null>(null)

/** The page's side of both mechanisms, for every page below. */
export function useApp(): AppState {
  const state = useContext(Context)
  if (!state) throw new Error('useApp needs AppStateProvider above it')
  return state
}

/**
 * How soon who this is is asked again where nobody could say, in milliseconds; each time that much
 * later, to half a minute.
 */
const AGAIN = 3_000

type TabMessage =
  | { type: 'signed-in'; mode: Mode }
  | { type: 'signed-out' }
  | { type: 'settings'; settings: Effective }

export function AppStateProvider({ initial, children }: { initial: Initial; children: ReactNode }) {
  const router = useRouter()
  const [feed] = useState(() => createWireFeed({ isOn: initial.wire }))
  const leave = useRef<() => void>(undefined)
  const name = useRef<(user: User) => void>(() => undefined)
  const [waitingSeconds, setWaitingSeconds] = useState<number | null>(null)
  const [api] = useState(() =>
    createApi({
      tell: feed.tell,
      noteSent: feed.noteSent,
      onSignedOutElsewhere: () => leave.current?.(),
      onWait: setWaitingSeconds,
      onUser: user => name.current(user as User),
    }),
  )
  const [settings, setSettings] = useState(initial.settings)
  const [signedIn, setSignedIn] = useState<SignInState>(() =>
    isNobody(initial) ? { status: 'out', because: null } : { status: 'loading' },
  )
  const [failure, setFailure] = useState<ApiAnswer | null>(null)
  const [undecided, setUndecided] = useState(0)
  const [channel, setChannel] = useState<BroadcastChannel | null>(null)
  const { mode } = settings
  const ended = useSyncExternalStore(
    feed.subscribe,
    () => feed.getState().ended,
    () => null,
  )

  const out = useCallback(
    (because: OutBecause | null) => setSignedIn({ status: 'out', because }),
    [],
  )
  // Whoever an answer names is who is signed in here, whoever the page took it to be.
  name.current = user => {
    setSignedIn(now =>
      now.status === 'in' && isSame(now.user, user) ? now : { status: 'in', user },
    )
    setFailure(null)
  }
  const noteUse = useRef<() => void>(() => undefined)
  leave.current = () => mode === 'token' && out('other_tab')

  const as = useRef<string>(undefined)
  as.current = signedIn.status === 'in' ? signedIn.user.id : undefined
  const whoIsIt = useRef<() => Promise<void>>(async () => undefined)

  const notice = useCallback(
    (answer: ApiAnswer) => {
      if (answer.status > 0 && answer.status < 300) noteUse.current()
      if (answer.status !== 401) return answer
      if (!api.hasEnded(mode)) return { ...answer, code: 'not_in_time' }
      api.keeper.drop(answer.traceId)
      setSignedIn(now => (now.status === 'in' ? { status: 'out', because: 'expired' } : now))
      return answer
    },
    [api, mode],
  )

  const call = useCallback(
    async (method: string, path: string, body?: unknown) => {
      const answer = notice(
        await api.call(method, path, { mode, body, as: method === 'GET' ? undefined : as.current }),
      )
      if (answer.status === 200 && method === 'GET' && path === '/api/me')
        name.current(answer.body as User)
      // Nothing was done. Who it is now is asked for, and shown.
      if (answer.code === 'another_user') await whoIsIt.current()
      return answer
    },
    [api, mode, notice],
  )

  const refresh = useCallback(async () => {
    const answer = await api.refresh(mode)
    if (mode === 'session' && answer.status === 200)
      name.current((answer.body as { user: User }).user)
    // Without a refresh cookie there is nothing to refresh by; the access token is as good as it
    // was.
    const isNothingToRefresh = mode === 'token' && answer.code === 'unauthenticated'
    return isNothingToRefresh ? answer : notice(answer)
  }, [api, mode, notice])

  const reload = useCallback(async () => {
    // Without a token there is nothing to ask with: the refresh says who it is, or that it is
    // nobody.
    const answer = await (mode === 'token' && !api.keeper.get()
      ? refresh()
      : call('GET', '/api/me'))
    if (answer.status === 200) return
    if (answer.status === 401 && api.hasEnded(mode))
      setSignedIn(now =>
        now.status === 'out'
          ? now
          : { status: 'out', because: now.status === 'in' ? 'expired' : null },
      )
    else {
      // Nobody could say: a refusal alone, with a refresh that was not answered or came too late,
      // is not the end.
      setFailure(answer)
      setUndecided(count => count + 1)
    }
  }, [api, mode, call, refresh])
  whoIsIt.current = reload

  /**
   * Goes on with other settings, chosen here or in another tab. What is half-written on the page
   * stays.
   */
  const adoptSettings = (next: Effective) => {
    if (next.mode !== settings.mode) {
      api.keeper.drop(null)
      setSignedIn(now => ({ status: 'out', because: now.status === 'in' ? 'switched' : null }))
    }
    api.keeper.moveTo(next.tokenStorage)
    setSettings(next)
    document.documentElement.dataset.theme = next.theme
    if (next.language !== settings.language) router.refresh()
  }
  const adopt = useRef(adoptSettings)
  adopt.current = adoptSettings

  // In another tab somebody signed in, maybe somebody else: all tabs share the cookies, so it is
  // them here too.
  const welcome = useRef<(mode: Mode) => void>(() => undefined)
  welcome.current = other => {
    if (other !== mode) return
    // A token of one's own is from before; what is kept for all tabs is the new one.
    if (settings.tokenStorage !== 'localStorage') api.keeper.drop(null)
    void reload()
  }

  // Once per page load: find out who this is, if there is any reason to think it is somebody.
  // biome-ignore lint/correctness/useExhaustiveDependencies: later changes of mode and settings are handled where they are made
  useEffect(() => {
    api.keeper.moveTo(settings.tokenStorage)
    if (isNobody(initial)) return
    if (mode === 'session' || initial.carries.refresh || api.keeper.get() !== null) void reload()
    else out(null)
  }, [])

  // Who this is is asked until somebody can say.
  const isLoading = signedIn.status === 'loading'
  useEffect(() => {
    if (undecided === 0 || !isLoading) return
    const timer = setTimeout(() => void reload(), AGAIN * Math.min(undecided, 10))
    return () => clearTimeout(timer)
  }, [undecided, isLoading, reload])

  useEffect(() => feed.watchWhileVisible(), [feed])

  // A page that was away for a while asks whether it is still signed in: what ended meanwhile
  // nobody could tell it.
  const isIn = signedIn.status === 'in'
  useEffect(() => {
    if (!isIn) return
    let leftAt = pageNow()
    const follow = () => {
      if (document.visibilityState === 'hidden') leftAt = pageNow()
      else if (pageNow() - leftAt > AWAY) void reload()
    }
    document.addEventListener('visibilitychange', follow)
    return () => document.removeEventListener('visibilitychange', follow)
  }, [isIn, reload])

  useEffect(() => api.watchTabs(), [api])

  useEffect(() => {
    const opened = openChannel('authscope')
    if (!opened) return
    opened.onmessage = ({ data }: MessageEvent<TabMessage>) => {
      if (data.type === 'settings') return adopt.current(data.settings)
      if (data.type === 'signed-in') return welcome.current(data.mode)
      out('other_tab')
    }
    setChannel(opened)
    return () => opened.close()
  }, [out])

  useEffect(() => {
    if (!ended || ended.mode !== mode) return
    api.keeper.drop(null)
    out(ended.because)
    feed.forgetEnded()
  }, [ended, mode, api, feed, out])

  const signIn = useCallback(
    async (credentials: { email: string; password: string }) => {
      const answer = await api.signIn(mode, credentials)
      if (answer.status !== 200) return answer
      // A browser that keeps no cookie of ours says nothing: only its next request does.
      const isKept = mode === 'token' || (await api.call('GET', '/api/me', { mode })).status !== 401
      if (!isKept) return { ...answer, status: 401, code: 'cookie_not_kept' }
      name.current((answer.body as { user: User }).user)
      channel?.postMessage({ type: 'signed-in', mode } satisfies TabMessage)
      return answer
    },
    [api, mode, channel],
  )

  const changePassword = useCallback(
    async (passwords: { current: string; next: string }) =>
      notice(await api.changePassword(mode, passwords, as.current)),
    [api, mode, notice],
  )

  const signOut = useCallback(async () => {
    const answer = await api.signOut(mode)
    if (answer.status >= 500 || answer.status === 0) return setFailure(answer)
    // In token mode the client has told the other tabs itself.
    if (mode === 'session') channel?.postMessage({ type: 'signed-out' } satisfies TabMessage)
    out('signed_out')
  }, [api, mode, channel, out])

  const leaveForGood = useCallback(
    async (password: { current: string }) => {
      const answer = await call('DELETE', '/api/me', password)
      if (answer.status !== 204) return answer
      // What this browser holds of the account stands for nobody any more: it lets go of it, in all
      // tabs.
      await signOut()
      out('account_removed')
      return answer
    },
    [call, signOut, out],
  )

  const changeSettings = useCallback(
    async (patch: Partial<Effective>) => {
      const answer = await api.call('PATCH', '/api/settings', { mode, body: patch, retry: false })
      if (answer.status === 0 || answer.status >= 500) setFailure(answer)
      if (answer.status !== 200) return answer
      const next = (answer.body as { settings: Effective }).settings
      if (next.mode !== mode) api.keeper.drop(answer.traceId)
      adopt.current(next)
      channel?.postMessage({ type: 'settings', settings: next } satisfies TabMessage)
      return answer
    },
    [api, mode, channel],
  )

  // Made anew with each render: the provider renders only when something of this has changed.
  const state: AppState = {
    settings,
    demo: initial.demo,
    mode,
    signedIn,
    failure,
    dismissFailure: () => setFailure(null),
    waitingSeconds,
    api,
    feed,
    call,
    refresh,
    signIn,
    changePassword,
    signOut,
    leave: leaveForGood,
    reload,
    changeSettings,
  }
  return (
    <Context value={state}>
      <div data-mode={mode}>{children}</div>
      <Asking
        {...{ feed, isIn, reload, noteUse }}
        endsIn={() => (mode === 'session' ? settings.idleSeconds * 1000 : api.keeper.endsIn())}
      />
    </Context>
  )
}
