'use client'

import { useMemo, useRef, useSyncExternalStore } from 'react'
import type { FeedState } from '@/lib/client/wire-feed'
import { type Credentials, credentialsOf, type Exchange, toExchanges, tokenOf } from '@/lib/wire/exchanges'
import { useApp } from '../app-state'

/** What the wire has told so far. */
export function useFeed(): FeedState {
  const { feed } = useApp()
  return useSyncExternalStore(feed.subscribe, feed.getState, feed.getEmpty)
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
  const { api } = useApp()
  const kept = api.keeper.get()
  const credentials = useMemo(() => credentialsOf(exchanges), [exchanges])
  const token = useMemo(() => (kept ? tokenOf(exchanges, kept) : null), [exchanges, kept])
  return { ...credentials, token }
}
