'use client'

import { useMemo, useSyncExternalStore } from 'react'
import type { FeedState } from '@/lib/client/wire-feed'
import { type Credentials, credentialsOf, type Exchange, toExchanges } from '@/lib/wire/exchanges'
import { useApp } from '../app-state'

/** What the wire has told so far. */
export function useFeed(): FeedState {
  const { feed } = useApp()
  return useSyncExternalStore(feed.subscribe, feed.getState, feed.getEmpty)
}

/** The same, put together: requests in their order, and what this browser holds. */
export function useWire(): { feed: FeedState; exchanges: Exchange[]; credentials: Credentials } {
  const feed = useFeed()
  const exchanges = useMemo(() => toExchanges(feed.steps), [feed.steps])
  return { feed, exchanges, credentials: useMemo(() => credentialsOf(exchanges), [exchanges]) }
}

/** What this browser holds: what the wire told, as far as somebody is signed in. */
export function useHeld(credentials: Credentials): Credentials {
  const { signedIn } = useApp()
  const kept = useKept(credentials)
  return signedIn.status === 'out' ? { session: null, token: null, refresh: null } : kept
}

/** The same whoever is signed in: a token that this page does not keep any more is not held. */
export function useKept(credentials: Credentials): Credentials {
  const { api } = useApp()
  const isKept = credentials.token !== null && api.keeper.get() === credentials.token.accessToken
  return { ...credentials, token: isKept ? credentials.token : null }
}
