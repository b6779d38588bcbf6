'use client'

import { type RefObject, useEffect, useRef, useSyncExternalStore } from 'react'
import { pageNow } from '@/lib/client/page-clock'
import type { WireFeed } from '@/lib/client/wire-feed'
import { useAsking } from './use-asking'

/**
 * Longer than this in the background is away, in milliseconds. The wire remembers for a tab for two
 * minutes.
 */
export const AWAY = 60_000

type Props = {
  feed: WireFeed
  /** Somebody is signed in here. */
  isIn: boolean
  reload(): Promise<void>
  endsIn(): number
  /** Where to put what is to be called at each use. */
  noteUse: RefObject<() => void>
}

/**
 * Asks who this is where no wire tells that a sign-in has ended. It shows nothing: a wire that
 * comes and goes draws no page anew.
 */
export function Asking({ feed, isIn, reload, endsIn, noteUse }: Props) {
  const isWatching = useSyncExternalStore(
    feed.subscribe,
    () => feed.getState().status === 'open',
    () => true,
  )
  // What was told while the stream was away for long is told no more.
  const quietSince = useRef<number | null>(null)
  useEffect(() => {
    const since = quietSince.current
    quietSince.current = isWatching ? null : (since ?? pageNow())
    if (isWatching && isIn && since !== null && pageNow() - since > AWAY) void reload()
  }, [isWatching, isIn, reload])
  noteUse.current = useAsking({ isOn: isIn && !isWatching, ask: reload, endsIn })
  return null
}
