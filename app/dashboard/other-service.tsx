'use client'

import { Network } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { askForReport, type ReportAnswer } from '@/lib/labs/reports'
import { useApp } from '../_components/app-state'
import { Notice } from '../_components/notice'

/**
 * Another service that trusts the same sign-in by the public keys alone: what it answers, and what
 * it refuses.
 */
export default function OtherService({ origin }: { origin: string }) {
  const t = useTranslations('service')
  const { api } = useApp()
  const [answer, setAnswer] = useState<ReportAnswer | null>(null)
  const [busy, setBusy] = useState(false)

  async function ask(isExchanged: boolean) {
    setBusy(true)
    setAnswer(await askForReport(api, origin, isExchanged))
    setBusy(false)
  }

  return (
    <details className="card p-4" data-mode="token">
      <summary className="flex cursor-pointer items-center gap-2 font-semibold">
        <Network aria-hidden className="size-4" />
        {t('title')}
        <span className="ml-auto font-mono text-xs font-normal text-muted">
          {new URL(origin).host}
        </span>
      </summary>
      <p className="mt-2 text-sm text-muted">{t('intro')}</p>
      <div className="mt-4 flex flex-wrap gap-2">
        <button type="button" className="button" disabled={busy} onClick={() => void ask(true)}>
          {t('exchange')}
        </button>
        <button type="button" className="button" disabled={busy} onClick={() => void ask(false)}>
          {t('own')}
        </button>
      </div>
      {answer && (
        <div className="mt-3 space-y-3" role="status">
          <Outcome answer={answer} />
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
            <dt className="text-muted">{t('audience')}</dt>
            <dd className="font-mono text-xs leading-5">{answer.audience}</dd>
            {answer.expiresIn !== null && (
              <>
                <dt className="text-muted">{t('life')}</dt>
                <dd>{t('seconds', { seconds: answer.expiresIn })}</dd>
              </>
            )}
            {answer.challenge && (
              <>
                <dt className="text-muted">WWW-Authenticate</dt>
                <dd className="font-mono text-xs leading-5 [overflow-wrap:anywhere]">
                  {answer.challenge}
                </dd>
              </>
            )}
          </dl>
        </div>
      )}
    </details>
  )
}

function Outcome({ answer }: { answer: ReportAnswer }) {
  const t = useTranslations('service')
  const { status, code, report } = answer
  if (status === 0) {
    return (
      <Notice kind="info">
        {t('unreachable')}{' '}
        <code className="rounded bg-panel px-1.5 py-0.5 font-mono text-xs">npm run reports</code>
      </Notice>
    )
  }
  return (
    <Notice kind={report ? 'good' : 'bad'}>
      <span className="mr-1 font-mono">{status}</span>
      {report ? t('report', report) : t('refused', { code: code ?? '' })}
    </Notice>
  )
}
