'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import type { FeedState } from '@/lib/client/wire-feed'
import { Notice } from '../notice'
import { useFeed } from './use-wire'

/** Why no steps arrive, and what helps, where there is something to say. */
export function FeedNote() {
  const t = useTranslations('wire')
  const { status } = useFeed()
  if (!t.has(`note.${status}`)) return null
  return (
    <div className="p-3" role="status">
      <Notice kind="info">{t(`note.${status}`)}</Notice>
    </div>
  )
}

/** The colour beside the words: a wire that is switched off is no fault. */
const LIGHTS: Partial<Record<FeedState['status'], string>> = { open: 'bg-good', off: 'bg-muted' }

/** Whether steps arrive, in words. Announces politely what arrived last. */
export function FeedStatus() {
  const t = useTranslations('wire')
  const feed = useFeed()
  const last = useQuiet(feed.steps.at(-1)?.name ?? '')
  return (
    <>
      <p className="flex min-w-44 items-center gap-1.5 whitespace-nowrap text-xs text-muted">
        <span aria-hidden className={`size-2 rounded-full ${LIGHTS[feed.status] ?? 'bg-bad'}`} />
        {t(`status.${feed.status}`)}
        {feed.instance && feed.status === 'open' && (
          <span className="font-mono">· {feed.instance}</span>
        )}
      </p>
      <p role="status" aria-live="polite" className="sr-only">
        {last && t('arrived', { count: feed.steps.length, last })}
      </p>
    </>
  )
}

/**
 * A value once it has stopped changing for a moment, so that a burst of steps is announced once.
 */
function useQuiet(value: string): string {
  const [quiet, setQuiet] = useState(value)
  useEffect(() => {
    const timer = window.setTimeout(() => setQuiet(value), 700)
    return () => window.clearTimeout(timer)
  }, [value])
  return quiet
}
