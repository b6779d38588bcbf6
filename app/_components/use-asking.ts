'use client'

import { useCallback, useEffect, useRef } from 'react'

/** What is over by the server's clock is over by then, in milliseconds. */
const LATE = 1_000
/** What a timer can wait for. */
const LONGEST = 2 ** 31 - 1

type Options = { isOn: boolean; ask(): Promise<void>; endsIn(): number }

/**
 * Asks who this is where no wire tells that a sign-in has ended: when the page gets the focus,
 * comes online, and when what it holds should be over by now. Returns what is to be called at each
 * use, which moves that moment on. What this asks by itself moves nothing on: a page that nobody
 * uses must not keep anybody signed in.
 */
export function useAsking({ isOn, ask, endsIn }: Options): () => void {
  const timer = useRef<number>(undefined)
  const isAsking = useRef(false)
  const latest = useRef({ ask, endsIn, isOn })
  latest.current = { ask, endsIn, isOn }

  const askNow = useCallback(async () => {
    // Coming back to a window is several events at once.
    if (!latest.current.isOn || isAsking.current) return
    isAsking.current = true
    await latest.current.ask().finally(() => {
      isAsking.current = false
    })
  }, [])

  useEffect(() => {
    if (!isOn) return
    const follow = () => void (document.visibilityState === 'visible' && askNow())
    for (const event of ['focus', 'online']) window.addEventListener(event, follow)
    document.addEventListener('visibilitychange', follow)
    return () => {
      for (const event of ['focus', 'online']) window.removeEventListener(event, follow)
      document.removeEventListener('visibilitychange', follow)
    }
  }, [isOn, askNow])

  useEffect(() => () => window.clearTimeout(timer.current), [])

  return useCallback(() => {
    if (isAsking.current) return
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(
      () => void askNow(),
      Math.min(latest.current.endsIn() + LATE, LONGEST),
    )
  }, [askNow])
}
