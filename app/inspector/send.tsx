'use client'

import { SendHorizontal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { pageNow } from '@/lib/client/page-clock'
import { type OutsideAnswer, sendToken } from '@/lib/labs/inspector/send'
import { useApp } from '../_components/app-state'
import { Notice } from '../_components/notice'
import { Told } from './told'

/**
 * Sends the token that is shown, on purpose, and shows both sides of the answer: what is told
 * outside, and what the wire knows.
 */
export function Send({ token, isAltered }: { token: string; isAltered: boolean }) {
  const t = useTranslations('inspector')
  const { feed } = useApp()
  const [sent, setSent] = useState<{ answer: OutsideAnswer | null } | null>(null)
  const [busy, setBusy] = useState(false)

  async function send() {
    setBusy(true)
    const sentAt = pageNow()
    const answer = await sendToken(token)
    if (answer?.traceId) feed.noteSent(answer.traceId, sentAt)
    setSent({ answer })
    setBusy(false)
  }

  const answer = sent?.answer
  return (
    <section aria-label={t('send-title')} className="border-t border-line">
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3 p-4 sm:px-6">
        <button
          type="button"
          className="button button-primary"
          aria-disabled={busy}
          onClick={() => !busy && void send()}
        >
          <SendHorizontal aria-hidden className="size-4" />
          {t(isAltered ? 'send-altered' : 'send')}
        </button>
        <p className="min-w-0 flex-1 basis-72 text-sm text-muted">{t('send-note')}</p>
      </div>
      {sent && (
        <div className="px-4 pb-4 sm:px-6 sm:pb-6">
          {sent.answer === null && <Notice kind="bad">{t('not-sendable')}</Notice>}
          {answer?.status === 0 && <Notice kind="bad">{t('no-answer')}</Notice>}
          {answer && answer.status > 0 && (
            <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
              <Outside answer={answer} />
              <Told traceId={answer.traceId} />
            </div>
          )}
        </div>
      )}
    </section>
  )
}

function Outside({ answer }: { answer: OutsideAnswer }) {
  const t = useTranslations('inspector')
  const lines = [
    ['status', String(answer.status)],
    ['code', answer.code],
    ['WWW-Authenticate', answer.challenge],
  ].filter((line): line is [string, string] => line[1] !== null)
  return (
    <section aria-label={t('outside')}>
      <h3 className="font-semibold">{t('outside')}</h3>
      <p className="mt-1 text-sm text-muted" role="status">
        {answer.user
          ? t('accepted-as', { name: answer.user.name, role: answer.user.role })
          : t(answer.code === 'invalid_token' ? 'outside-note' : 'outside-other')}
      </p>
      <dl className="mt-3 space-y-1 rounded-lg bg-sunken p-3 font-mono text-xs leading-5">
        {lines.map(([name, value]) => (
          <div key={name} className="flex flex-wrap gap-x-2 break-words">
            <dt className="text-muted">{name}:</dt>
            <dd className={`min-w-0 ${name === 'status' ? 'font-semibold' : ''}`}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
