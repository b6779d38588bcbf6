'use client'

import { Send } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { MODES, type Mode } from '@/lib/settings/settings'
import { answerOf, type Exchange, requestOf } from '@/lib/wire/view/exchanges'
import { useApp } from '../_components/app-state'
import { ModeMark } from '../_components/mode-mark'
import { useReady } from '../_components/use-ready'
import { FeedNote, FeedStatus } from '../_components/wire/feed-status'
import { useLit } from './lit'

/** The request in a line: `GET /api/me · 200`. */
export function lineOf(exchange: Exchange): string {
  const request = requestOf(exchange)
  const status = answerOf(exchange)?.status
  return `${request?.method} ${request?.target}${status ? ` · ${status}` : ''}`
}

/** By which requests the functions below are lit, and a way to make one. */
export function Requests() {
  const t = useTranslations('source')
  const nav = useTranslations('nav')
  const ready = useReady()
  const { call, signedIn } = useApp()
  const { shown } = useLit()
  const [isSending, setSending] = useState(false)
  const isOff = !ready || isSending
  const send = async () => {
    if (isOff) return
    setSending(true)
    await call('GET', '/api/me')
    setSending(false)
  }
  const isLit = MODES.some(mode => shown[mode] !== null)
  return (
    <section aria-label={t('lit')} className="card mb-5">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3 border-line border-b px-4 py-3">
        <p role="status" className="grid min-w-60 flex-1 text-sm">
          {/* Both take their room, so that nothing below moves from one to the other. */}
          <span className={`[grid-area:1/1] ${isLit ? '' : 'invisible'}`}>{t('some-lit')}</span>
          <span className={`[grid-area:1/1] ${isLit ? 'invisible' : ''}`}>{t('none-lit')}</span>
        </p>
        <FeedStatus />
        <div className="flex flex-wrap gap-2">
          <button
            type="button"
            className="button"
            aria-disabled={isOff}
            onClick={() => void send()}
          >
            <Send aria-hidden className="size-4" />
            {t('send')} <code className="font-mono text-xs">GET /api/me</code>
          </button>
          <Link
            href={signedIn.status === 'out' ? '/sign-in' : '/dashboard'}
            prefetch={false}
            className="button min-w-28"
          >
            {nav(signedIn.status === 'out' ? 'sign-in' : 'dashboard')}
          </Link>
        </div>
      </div>
      <FeedNote />
      <div className="grid lg:grid-cols-2 lg:divide-x lg:divide-line">
        {MODES.map(mode => (
          <Request key={mode} mode={mode} />
        ))}
      </div>
    </section>
  )
}

/** The request that lights a mode up: the last one, or the one that is chosen. */
function Request({ mode }: { mode: Mode }) {
  const t = useTranslations('source')
  const twin = useTranslations('twin')
  const { requests, chosen, choose, select } = useLit()
  const id = useId()
  const [last, ...older] = requests[mode]
  return (
    <div data-mode={mode} className="flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3">
      <label htmlFor={id} className="flex items-center gap-2 font-medium text-sm">
        <ModeMark mode={mode} />
        {t('lit-by', { mode: twin(`name-${mode}`) })}
      </label>
      <select
        id={id}
        className="field min-h-9 min-w-0 flex-1 basis-56 py-1 font-mono text-xs"
        value={
          older.some(({ exchange }) => exchange.traceId === chosen[mode])
            ? (chosen[mode] ?? '')
            : ''
        }
        onChange={event => {
          select(mode, null)
          choose(mode, event.target.value || null)
        }}
      >
        <option value="">
          {last ? t('last', { request: lineOf(last.exchange) }) : t('nothing-seen')}
        </option>
        {older.map(({ exchange }) => (
          <option key={exchange.traceId} value={exchange.traceId}>
            {lineOf(exchange)}
          </option>
        ))}
      </select>
    </div>
  )
}
