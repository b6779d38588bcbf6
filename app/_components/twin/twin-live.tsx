'use client'

import { useTranslations } from 'next-intl'
import type { Mode } from '@/lib/settings/settings'
import type { Step } from '@/lib/wire/steps'
import { type Exchange, lanesOf } from '@/lib/wire/view/exchanges'
import { useApp } from '../app-state'
import { Countdowns, Inside } from '../wire/credential'
import { RawExchange } from '../wire/raw-exchange'
import { SequenceDiagram } from '../wire/sequence-diagram'
import { StepDetail } from '../wire/step-detail'
import { useFeed, useKept } from '../wire/use-wire'

type Props = {
  mode: Mode
  exchanges: Exchange[]
  exchange: Exchange
  step: Step
  isPicked: boolean
  onPick(id: string | null): void
}

/** What went between the parts so far, and the step that is being looked at. */
export default function TwinLive({ mode, exchanges, exchange, step, isPicked, onPick }: Props) {
  const t = useTranslations('twin')
  const say = useTranslations('wire')
  const { settings } = useApp()
  const feed = useFeed()
  // Held or not is this journey's own: the page may be signed in otherwise, or not at all.
  const held = useKept(exchanges)
  return (
    <>
      <div className="flex min-h-20 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
        <div className="grow">
          <Countdowns mode={mode} credentials={held} feed={feed} settings={settings} />
        </div>
        {isPicked && (
          <button
            type="button"
            className="button min-h-8 px-2.5 text-xs"
            onClick={() => onPick(null)}
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
          onSelect={picked => onPick(picked.id)}
          label={t('diagram', { name: t(`name-${mode}`) })}
        />
      </div>
      <div className="space-y-5 p-4">
        <StepDetail step={step} />
        <Inside mode={mode} credentials={held} />
        <RawExchange exchange={exchange} pairingCode={feed.pairingCode} />
      </div>
    </>
  )
}
