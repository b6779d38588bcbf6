'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Mode } from '@/lib/settings'
import { answerOf, credentialsOf, type Exchange, requestOf } from '@/lib/wire/exchanges'
import { useApp, useFeed } from '../app-state'
import { ModeMark } from '../mode-mark'
import { Credential } from '../wire/credential'
import { RawExchange } from '../wire/raw-exchange'
import { showMicros } from '../wire/rows'
import { SequenceDiagram } from '../wire/sequence-diagram'
import { StepDetail } from '../wire/step-detail'
import { JOURNEY_SECONDS } from './journey'

type Props = { mode: Mode; exchanges: Exchange[]; isIdle: boolean }

/** One of the two: its diagram, the exchange that is being looked at, and what the browser holds. */
export function TwinPanel({ mode, exchanges, isIdle }: Props) {
  const t = useTranslations('twin')
  const { settings } = useApp()
  const feed = useFeed()
  const [selected, setSelected] = useState<string | null>(null)
  const exchange = exchanges.find(({ steps }) => steps.some(step => step.id === selected)) ?? exchanges.at(-1)
  const step = exchange?.steps.find(candidate => candidate.id === selected) ?? exchange?.steps.at(-1)
  const request = exchange && requestOf(exchange)
  const answer = exchange && answerOf(exchange)
  return (
    <section aria-label={t(`name-${mode}`)} data-mode={mode} className="card flex min-w-0 flex-col overflow-hidden">
      <header className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-3">
        <h2 className="flex items-center gap-2 font-semibold">
          <ModeMark mode={mode} />
          {t(`name-${mode}`)}
        </h2>
        <p className="text-sm text-muted">{t(`motto-${mode}`)}</p>
        {request && answer && (
          <p className="ml-auto font-mono text-xs text-muted">
            {request.method} {request.target} · {answer.status} · {showMicros(answer.micros)}
          </p>
        )}
      </header>
      {exchange && step ? (
        <>
          <div className="h-[30rem] border-b border-line">
            <SequenceDiagram
              exchanges={exchanges}
              selected={step.id}
              onSelect={picked => setSelected(picked.id)}
              label={t('diagram', { name: t(`name-${mode}`) })}
            />
          </div>
          <div className="space-y-5 p-4">
            <StepDetail step={step} />
            <Credential
              mode={mode}
              credentials={credentialsOf(exchanges)}
              feed={feed}
              settings={{ ...settings, idleSeconds: JOURNEY_SECONDS, accessTokenSeconds: JOURNEY_SECONDS }}
            />
            <RawExchange exchange={exchange} pairingCode={feed.pairingCode} />
          </div>
        </>
      ) : (
        <div className="space-y-4 px-4 py-10 text-sm">
          <p>{t(`idle-${mode}`)}</p>
          <p className="text-muted">{isIdle ? t('idle-hint') : t('idle-wait')}</p>
        </div>
      )}
    </section>
  )
}
