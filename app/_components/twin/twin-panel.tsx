'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Mode } from '@/lib/settings/settings'
import { answerOf, type Exchange, lanesOf, requestOf, tellingStep } from '@/lib/wire/view/exchanges'
import { useApp } from '../app-state'
import { ModeMark } from '../mode-mark'
import { Countdowns, Inside } from '../wire/credential'
import { RawExchange } from '../wire/raw-exchange'
import { showMicros } from '../wire/rows'
import { SequenceDiagram } from '../wire/sequence-diagram'
import { StepDetail } from '../wire/step-detail'
import { useFeed, useKept } from '../wire/use-wire'

type Props = { mode: Mode; exchanges: Exchange[]; isIdle: boolean }

/**
 * One of the two: its diagram, the exchange that is being looked at, and what the browser holds.
 */
export function TwinPanel({ mode, exchanges, isIdle }: Props) {
  const t = useTranslations('twin')
  const { settings } = useApp()
  const feed = useFeed()
  // Held or not is this journey's own: the page may be signed in otherwise, or not at all.
  const held = useKept(exchanges)
  const say = useTranslations('wire')
  const [selected, setSelected] = useState<string | null>(null)
  const exchange =
    exchanges.find(({ steps }) => steps.some(step => step.id === selected)) ?? exchanges.at(-1)
  const step =
    exchange &&
    (exchange.steps.find(candidate => candidate.id === selected) ?? tellingStep(exchange))
  const request = exchange && requestOf(exchange)
  const answer = exchange && answerOf(exchange)
  return (
    <section
      aria-label={t(`name-${mode}`)}
      data-mode={mode}
      className="card flex min-w-0 flex-col overflow-hidden"
    >
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
          <div className="flex min-h-20 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
            <div className="grow">
              <Countdowns mode={mode} credentials={held} feed={feed} settings={settings} />
            </div>
            {selected && (
              <button
                type="button"
                className="button min-h-8 px-2.5 text-xs"
                onClick={() => setSelected(null)}
              >
                {say('follow')}
              </button>
            )}
          </div>
          <div className="h-[24rem] border-b border-line">
            <SequenceDiagram
              exchanges={exchanges}
              lanes={lanesOf(exchanges)}
              selected={step.id}
              onSelect={picked => setSelected(picked.id)}
              label={t('diagram', { name: t(`name-${mode}`) })}
            />
          </div>
          <div className="space-y-5 p-4">
            <StepDetail step={step} />
            <Inside mode={mode} credentials={held} />
            <RawExchange exchange={exchange} pairingCode={feed.pairingCode} />
          </div>
        </>
      ) : (
        <Idle mode={mode} hint={isIdle ? t('idle-hint') : t('idle-wait')} />
      )}
    </section>
  )
}

/** The parts, before anything went between them. */
function Idle({ mode, hint }: { mode: Mode; hint: string }) {
  const t = useTranslations()
  const lanes = ['browser', 'server', 'store'] as const
  return (
    <div className="relative grid min-h-[29rem] grid-cols-3">
      {lanes.map(lane => (
        <div key={lane} className="flex flex-col items-center">
          <span className="py-2 text-xs font-semibold sm:text-sm">{t(`wire.lane.${lane}`)}</span>
          <span aria-hidden className="w-px grow bg-line" />
        </div>
      ))}
      <div className="absolute inset-x-4 top-1/3 mx-auto max-w-md rounded-lg bg-hue-soft p-4 text-sm">
        <p>{t(`twin.idle-${mode}`)}</p>
        <p className="mt-2 text-muted">{hint}</p>
      </div>
    </div>
  )
}
