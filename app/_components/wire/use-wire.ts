'use client'

import { startTransition, useEffect, useMemo, useRef, useState } from 'react'
import { type OwnToken, toOwnToken } from '@/lib/client/own-token'
import type { FeedState } from '@/lib/client/wire-feed'
import { type Credentials, credentialsOf, tokenOf } from '@/lib/wire/view/credentials'
import { type Exchange, toExchanges } from '@/lib/wire/view/exchanges'
import { useApp } from '../app-state'

/** The page's own steps wait for the server's: drawn before, they would move when those come. */
const toShown = (state: FeedState): FeedState =>
  state.status === 'connecting' ? { ...state, steps: [] } : state

/**
 * What the wire has told so far. Drawing it may take longer than a frame, so it gives way to
 * whatever else there is to do.
 */
export function useFeed(): FeedState {
  const { feed } = useApp()
  const [state, setState] = useState(() => toShown(feed.getState()))
  useEffect(() => {
    const follow = () => startTransition(() => setState(toShown(feed.getState())))
    follow()
    return feed.subscribe(follow)
  }, [feed])
  return state
}

/** The same, put together: requests in their order. */
export function useWire(): { feed: FeedState; exchanges: Exchange[] } {
  const feed = useFeed()
  // What has not changed stays the same object, so that it need not be drawn again.
  const known = useRef<Exchange[]>([])
  const exchanges = useMemo(() => toExchanges(feed.steps, known.current), [feed.steps])
  known.current = exchanges
  return { feed, exchanges }
}

/** What this browser holds: what the wire told, as far as somebody is signed in. */
export function useHeld(exchanges: Exchange[]): Credentials {
  const { signedIn } = useApp()
  const kept = useKept(exchanges)
  return signedIn.status === 'out' ? { session: null, token: null, refresh: null } : kept
}

/** The same whoever is signed in: the token is the one that this very page keeps. */
export function useKept(exchanges: readonly Exchange[]): Credentials {
  const own = useOwnToken()
  const credentials = useMemo(() => credentialsOf(exchanges), [exchanges])
  const token = useMemo(() => own && tokenOf(exchanges, own), [exchanges, own])
  return { ...credentials, token }
}

/**
 * The token that this page keeps, and how the wire shows it; null where it keeps none, and for the
 * moment it takes to work that out.
 */
export function useOwnToken(): OwnToken | null {
  const { api } = useApp()
  const kept = api.keeper.get()
  const [own, setOwn] = useState<OwnToken | null>(null)
  useEffect(() => {
    let isCurrent = true
    if (kept !== null) void toOwnToken(kept).then(made => isCurrent && setOwn(made))
    return () => {
      isCurrent = false
    }
  }, [kept])
  return own?.token === kept ? own : null
}
