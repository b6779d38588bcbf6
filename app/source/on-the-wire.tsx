'use client'

import { useTranslations } from 'next-intl'
import { MODES, type Mode } from '@/lib/settings/settings'
import { lanesOf, tellingStep } from '@/lib/wire/view/exchanges'
import { ModeMark } from '../_components/mode-mark'
import { SequenceDiagram } from '../_components/wire/sequence-diagram'
import { StepDetail } from '../_components/wire/step-detail'
import { useLit } from './lit'
import { lineOf } from './requests'

/** The requests that light the functions above up, on the wire. */
export function OnTheWire() {
  const t = useTranslations('source')
  return (
    <section aria-label={t('wire')} className="mt-10">
      <h2 className="mb-4 font-semibold text-xl">{t('wire')}</h2>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        {MODES.map(mode => (
          <WireOf key={mode} mode={mode} />
        ))}
      </div>
    </section>
  )
}

function WireOf({ mode }: { mode: Mode }) {
  const t = useTranslations('source')
  const twin = useTranslations('twin')
  const { shown, selected, select } = useLit()
  const exchange = shown[mode]?.exchange
  const step =
    exchange?.steps.find(({ id }) => id === selected[mode]) ?? (exchange && tellingStep(exchange))
  return (
    <section
      id={`wire-${mode}`}
      aria-label={twin('diagram', { name: twin(`name-${mode}`) })}
      data-mode={mode}
      className="card flex min-w-0 scroll-mt-6 flex-col overflow-hidden"
    >
      <h3 className="flex flex-wrap items-center gap-x-2 border-line border-b px-4 py-3 font-semibold">
        <ModeMark mode={mode} />
        {twin(`name-${mode}`)}
        {exchange && (
          <span className="ml-auto font-mono font-normal text-muted text-xs">
            {lineOf(exchange)}
          </span>
        )}
      </h3>
      {exchange && step ? (
        <>
          <div className="h-[24rem] border-line border-b">
            <SequenceDiagram
              exchanges={[exchange]}
              lanes={lanesOf([exchange])}
              selected={step.id}
              onSelect={picked => select(mode, picked.id)}
              label={twin('diagram', { name: lineOf(exchange) })}
            />
          </div>
          <div className="p-4">
            <StepDetail step={step} />
          </div>
        </>
      ) : (
        <p className="grid min-h-32 place-items-center px-4 text-center text-muted text-sm">
          {t('nothing-seen')}
        </p>
      )}
    </section>
  )
}
