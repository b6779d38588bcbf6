'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { LANES } from '@/lib/wire/steps'
import { tellingStep } from '@/lib/wire/view/exchanges'
import { useApp } from '../app-state'
import { Blank } from '../blank'
import { Countdowns, Inside } from './credential'
import { FeedNote, FeedStatus } from './feed-status'
import { CopyButton, RawExchange } from './raw-exchange'
import { SequenceDiagram } from './sequence-diagram'
import { StepDetail } from './step-detail'
import { useHeld, useWire } from './use-wire'

/** The wire of this browser: the diagram, and beside it whatever of it is being looked at. */
export function WirePanel() {
  const t = useTranslations('wire')
  const { mode, settings, signedIn, feed: store } = useApp()
  const { feed, exchanges } = useWire()
  const held = useHeld(exchanges)
  const [selected, setSelected] = useState<string | null>(null)
  const latest = exchanges.at(-1)
  const exchange =
    exchanges.find(candidate => candidate.steps.some(step => step.id === selected)) ?? latest
  const step =
    exchange &&
    (exchange.steps.find(candidate => candidate.id === selected) ?? tellingStep(exchange))

  const isEmpty = exchanges.length === 0
  if (feed.status === 'off') return <WireOff />
  return (
    <section aria-label={t('title')} data-mode={mode} className="card overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">{t('title')}</h2>
        <FeedStatus />
        <span className={`ml-auto flex gap-2 ${isEmpty ? 'invisible' : ''}`}>
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
      </header>
      {!isEmpty && <FeedNote />}
      <div className="grid lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <div className="relative h-[26rem] lg:h-[46rem]">
          <SequenceDiagram
            exchanges={exchanges}
            lanes={LANES}
            selected={step?.id ?? null}
            onSelect={picked => setSelected(picked.id)}
            label={t('diagram')}
          />
          {isEmpty && (
            <p
              role="status"
              className="absolute inset-x-4 top-1/3 mx-auto max-w-md rounded-lg bg-sunken p-4 text-center text-sm text-muted"
            >
              {t(t.has(`note.${feed.status}`) ? `note.${feed.status}` : 'empty')}
            </p>
          )}
        </div>
        <div className="space-y-5 border-line border-t p-4 lg:max-h-[46rem] lg:overflow-y-auto lg:border-t-0 lg:border-l">
          {step ? (
            <div data-mode={exchange?.mode ?? 'none'}>
              <StepDetail key={step.id} step={step} />
            </div>
          ) : (
            <div aria-hidden className="h-72 rounded-lg bg-sunken" />
          )}
          <section aria-label={t('held')} className="space-y-3">
            <h3 className="text-sm font-semibold">{t('held')}</h3>
            <Countdowns
              {...{ mode, feed, settings }}
              credentials={held}
              isExpected={signedIn.status !== 'out'}
            />
            <div className="min-h-4">
              <Inside mode={mode} credentials={held} />
            </div>
          </section>
          {exchange && (
            <RawExchange
              key={exchange.traceId}
              exchange={exchange}
              pairingCode={feed.pairingCode}
            />
          )}
        </div>
      </div>
      {(feed.pairingCode || feed.status === 'connecting') && (
        <Terminal pairingCode={feed.pairingCode} />
      )}
    </section>
  )
}

/** What there is of the panel where this server shows no wire. */
function WireOff() {
  const t = useTranslations('wire')
  return (
    <section aria-label={t('title')} className="card overflow-hidden">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2.5">
        <h2 className="font-semibold">{t('title')}</h2>
        <FeedStatus />
      </header>
      <p className="mx-auto max-w-prose px-4 py-16 text-center text-sm text-muted" role="status">
        {t('note.off')}
      </p>
    </section>
  )
}

function Terminal({ pairingCode }: { pairingCode: string | null }) {
  const t = useTranslations('wire')
  const command = () => `curl -i ${window.location.origin}/api/me -H 'Wire-Channel: ${pairingCode}'`
  return (
    <footer className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line px-4 py-3 text-sm">
      <span>{t('join')}</span>
      {pairingCode ? (
        <code className="rounded bg-sunken px-2 py-1 font-mono text-xs">
          Wire-Channel: {pairingCode}
        </code>
      ) : (
        <Blank className="h-6 w-[calc(28ch+1rem)] font-mono text-xs" />
      )}
      <span className={pairingCode ? '' : 'invisible'}>
        <CopyButton label="curl" text={command} />
      </span>
    </footer>
  )
}
