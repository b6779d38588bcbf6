'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { tellingStep } from '@/lib/wire/view/exchanges'
import { useApp } from '../app-state'
import { Countdowns, Inside } from './credential'
import { FeedNote, FeedStatus } from './feed-status'
import { CopyButton, RawExchange } from './raw-exchange'
import { SequenceDiagram } from './sequence-diagram'
import { StepDetail } from './step-detail'
import { useHeld, useWire } from './use-wire'

/** The wire of this browser: the diagram, and beside it whatever of it is being looked at. */
export function WirePanel() {
  const t = useTranslations('wire')
  const { mode, settings, feed: store } = useApp()
  const { feed, exchanges } = useWire()
  const held = useHeld(exchanges)
  const [selected, setSelected] = useState<string | null>(null)
  const latest = exchanges.at(-1)
  const exchange =
    exchanges.find(candidate => candidate.steps.some(step => step.id === selected)) ?? latest
  const step =
    exchange &&
    (exchange.steps.find(candidate => candidate.id === selected) ?? tellingStep(exchange))

  return (
    <section aria-label={t('title')} data-mode={mode} className="card overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">{t('title')}</h2>
        <FeedStatus />
        {exchanges.length > 0 && (
          <span className="ml-auto flex gap-2">
            {selected && (
              <button
                type="button"
                className="button min-h-8 px-2.5 text-xs"
                onClick={() => setSelected(null)}
              >
                {t('follow')}
              </button>
            )}
            <button
              type="button"
              className="button min-h-8 px-2.5 text-xs"
              onClick={() => store.clear()}
            >
              {t('clear')}
            </button>
          </span>
        )}
      </header>
      {exchanges.length > 0 && <FeedNote />}
      {exchanges.length === 0 ? (
        <p className="mx-auto max-w-prose px-4 py-16 text-center text-sm text-muted" role="status">
          {t(t.has(`note.${feed.status}`) ? `note.${feed.status}` : 'empty')}
        </p>
      ) : (
        <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <div className="h-[26rem] lg:h-[46rem]">
            <SequenceDiagram
              exchanges={exchanges}
              selected={step?.id ?? null}
              onSelect={picked => setSelected(picked.id)}
              label={t('diagram')}
            />
          </div>
          <div className="space-y-5 border-line border-t p-4 lg:max-h-[46rem] lg:overflow-y-auto lg:border-t-0 lg:border-l">
            {step && exchange && (
              <>
                <div data-mode={exchange.mode ?? 'none'}>
                  <StepDetail step={step} />
                </div>
                <section aria-label={t('held')} className="space-y-3">
                  <h3 className="text-sm font-semibold">{t('held')}</h3>
                  <Countdowns mode={mode} credentials={held} feed={feed} settings={settings} />
                  <Inside mode={mode} credentials={held} />
                </section>
                <RawExchange exchange={exchange} pairingCode={feed.pairingCode} />
              </>
            )}
          </div>
        </div>
      )}
      {feed.pairingCode && <Terminal pairingCode={feed.pairingCode} />}
    </section>
  )
}

function Terminal({ pairingCode }: { pairingCode: string }) {
  const t = useTranslations('wire')
  const command = () => `curl -i ${window.location.origin}/api/me -H 'Wire-Channel: ${pairingCode}'`
  return (
    <footer className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line px-4 py-3 text-sm">
      <span>{t('join')}</span>
      <code className="rounded bg-sunken px-2 py-1 font-mono text-xs">
        Wire-Channel: {pairingCode}
      </code>
      <CopyButton label="curl" text={command} />
    </footer>
  )
}
