'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { type Exchange, find, lanesOf, tellingStep } from '@/lib/wire/view/exchanges'
import { Notice } from '../_components/notice'
import { SequenceDiagram } from '../_components/wire/sequence-diagram'
import { StepDetail } from '../_components/wire/step-detail'
import { useWire } from '../_components/wire/use-wire'

/**
 * What the wire told of one request of this page: the exact reason, and every step on the way
 * there.
 */
export function Told({ traceId }: { traceId: string }) {
  const t = useTranslations('inspector')
  const { feed, exchanges } = useWire()
  const [selected, setSelected] = useState<string | null>(null)
  const exchange = exchanges.find(candidate => candidate.traceId === traceId)
  const isComplete = exchange && find(exchange.steps, 'response.sent')
  if (!exchange || !isComplete)
    return (
      <section aria-label={t('told')}>
        <h3 className="font-semibold">{t('told')}</h3>
        <div className="mt-2">
          <Notice kind="info">
            {t(feed.status === 'open' ? 'told-waiting' : 'told-unwatched')}
          </Notice>
        </div>
      </section>
    )
  const step = exchange.steps.find(candidate => candidate.id === selected) ?? tellingStep(exchange)
  return (
    <section aria-label={t('told')} className="min-w-0">
      <h3 className="font-semibold">{t('told')}</h3>
      <Reason exchange={exchange} />
      <div className="mt-3 overflow-hidden rounded-lg border border-line">
        <SequenceDiagram
          exchanges={[exchange]}
          lanes={lanesOf([exchange])}
          selected={step?.id ?? null}
          onSelect={picked => setSelected(picked.id)}
          label={t('diagram')}
        />
      </div>
      {step && (
        <div className="mt-3">
          <StepDetail step={step} />
        </div>
      )}
    </section>
  )
}

/** Why, exactly: the reason the gate gave, and what it found wrong. */
function Reason({ exchange }: { exchange: Exchange }) {
  const t = useTranslations('inspector')
  const refused = find(exchange.steps, 'access.refused')
  if (!refused) return <p className="mt-1 text-sm text-muted">{t('told-granted')}</p>
  const because = find(exchange.steps, 'token.refused')?.detail.because
  return (
    <>
      <p className="mt-1 text-sm text-muted">{t('told-note')}</p>
      <p data-reason className="mt-2 font-mono text-sm font-semibold text-bad">
        {refused.detail.reason}
      </p>
      {because && <p className="font-mono text-xs break-words">because: {because}</p>}
    </>
  )
}
