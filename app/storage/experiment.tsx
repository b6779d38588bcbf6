'use client'

import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { TRIALS, type Trial } from '@/lib/labs/storage/experiment'
import { useApp } from '../_components/app-state'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { useReady } from '../_components/use-ready'
import { WirePanel } from '../_components/wire/wire-panel'
import { Cell } from './cell'
import { Follows } from './follows'
import { Script } from './script'
import { useExperiment } from './use-experiment'

/**
 * Where a page can keep a token, and what each place is worth: tried out here and now, cell by
 * cell.
 */
export function Experiment() {
  const t = useTranslations('storage')
  const ready = useReady()
  const { demo, signedIn } = useApp()
  const experiment = useExperiment()
  const { places, outcomes, running, silent, report, isTabClosed, subject, run, startOver } =
    experiment
  const isOff = !ready || running !== null || signedIn.status === 'loading'
  // Attacks are for the demo alone.
  const trials = demo ? TRIALS : TRIALS.filter(trial => trial !== 'script')
  const done = trials.filter(trial => outcomes[trial]).length
  const buttonOf = (trial: Trial) =>
    t(
      running === trial
        ? 'running'
        : trial === 'closed' && isTabClosed
          ? 'run.closed-again'
          : `run.${trial}`,
    )

  return (
    <>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <section aria-label={t('experiment')} data-mode="token" className="card overflow-hidden">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 sm:px-6">
          <p className="min-w-0 flex-1 basis-72 text-sm text-muted">{t(`subject-${subject}`)}</p>
          <p role="status" className="font-mono text-xs text-muted">
            {t('progress', { done, all: trials.length })}
          </p>
          {done > 0 && (
            <button
              type="button"
              className="button min-h-9"
              aria-disabled={isOff}
              onClick={() => !isOff && startOver()}
            >
              <RotateCcw aria-hidden className="size-4" />
              {t('start-over')}
            </button>
          )}
        </div>
        <ol className="divide-y divide-line">
          {trials.map((trial, index) => (
            <li
              key={trial}
              data-trial={trial}
              className="grid gap-x-8 gap-y-4 p-4 sm:p-6 lg:grid-cols-[17rem_minmax(0,1fr)]"
            >
              <div>
                <h2 className="flex items-baseline gap-2 font-semibold">
                  <span aria-hidden className="font-mono text-sm font-normal text-muted">
                    {index + 1}
                  </span>
                  {t(`trial.${trial}`)}
                </h2>
                <p className="mt-1 text-sm text-muted">{t(`trial-note.${trial}`)}</p>
                <button
                  type="button"
                  className={`button mt-3 ${outcomes[trial] ? '' : 'button-primary'}`}
                  aria-disabled={isOff}
                  onClick={() => !isOff && void run(trial)}
                >
                  {buttonOf(trial)}
                </button>
                {trial === 'closed' && isTabClosed && (
                  <p role="status" className="mt-2 text-sm">
                    {t('tab-closed')}
                  </p>
                )}
              </div>
              <div>
                <dl
                  className={`grid gap-x-8 gap-y-4 ${places.length === 3 ? 'sm:grid-cols-3' : 'sm:grid-cols-2'}`}
                >
                  {places.map(place => (
                    <Cell
                      key={place}
                      trial={trial}
                      place={place}
                      found={outcomes[trial]?.[place]}
                    />
                  ))}
                </dl>
                {silent === trial && (
                  <div className="mt-4">
                    <Notice kind="bad">
                      {t(trial === 'script' ? 'silent-script' : 'silent-tab')}
                    </Notice>
                  </div>
                )}
                {trial === 'script' && report && <Script report={report} />}
              </div>
            </li>
          ))}
        </ol>
        {!demo && (
          <p className="border-t border-line px-4 py-3 text-sm text-muted sm:px-6">
            {t('no-local')}
          </p>
        )}
      </section>
      <Follows trials={trials} outcomes={outcomes} />
      <p className="mt-4 mb-10 text-sm text-muted">
        {t('choose')}{' '}
        <Link href="/settings" prefetch={false} className="text-ink underline underline-offset-4">
          {t('to-settings')}
        </Link>
      </p>
      <WirePanel />
    </>
  )
}
