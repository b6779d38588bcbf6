'use client'

import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import type { Mode } from '@/lib/settings/settings'
import { answerOf, type Exchange, requestOf, tellingStep } from '@/lib/wire/view/exchanges'
import { ModeMark } from '../mode-mark'
import { showMicros } from '../wire/rows'

// Loaded when there is something to draw: nobody waits for it before.
const TwinLive = lazy(() => import('./twin-live'))

type Props = { mode: Mode; exchanges: Exchange[]; isIdle: boolean }

/**
 * One of the two: its diagram, the exchange that is being looked at, and what the browser holds.
 */
export function TwinPanel({ mode, exchanges, isIdle }: Props) {
  const t = useTranslations('twin')
  const [selected, setSelected] = useState<string | null>(null)
  const exchange =
    exchanges.find(({ steps }) => steps.some(step => step.id === selected)) ?? exchanges.at(-1)
  const step =
    exchange &&
    (exchange.steps.find(candidate => candidate.id === selected) ?? tellingStep(exchange))
  const idle = <Idle mode={mode} hint={isIdle ? t('idle-hint') : t('idle-wait')} />
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
        <Suspense fallback={idle}>
          <TwinLive
            {...{ mode, exchanges, exchange, step }}
            isPicked={selected !== null}
            onPick={setSelected}
          />
        </Suspense>
      ) : (
        idle
      )}
    </section>
  )
}

/** The parts, before anything went between them. */
function Idle({ mode, hint }: { mode: Mode; hint: string }) {
  const t = useTranslations('twin')
  const say = useTranslations('wire')
  const lanes = ['browser', 'server', 'store'] as const
  return (
    <div className="relative grid min-h-[29rem] grid-cols-3">
      {lanes.map(lane => (
        <div key={lane} className="flex flex-col items-center">
          <span className="py-2 text-xs font-semibold sm:text-sm">{say(`lane.${lane}`)}</span>
          <span aria-hidden className="w-px grow bg-line" />
        </div>
      ))}
      <div className="absolute inset-x-4 top-1/3 mx-auto max-w-md rounded-lg bg-hue-soft p-4 text-sm">
        <p>{t(`idle-${mode}`)}</p>
        <p className="mt-2 text-muted">{hint}</p>
      </div>
    </div>
  )
}
