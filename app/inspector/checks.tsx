'use client'

import { CircleCheck, CircleDashed, CircleHelp, CircleX, Loader } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { CheckedStep, Verdict } from '@/lib/labs/inspector/checks'
import type { Keys } from './use-verdict'

const MARKS = {
  passed: { icon: CircleCheck, look: 'text-good' },
  refused: { icon: CircleX, look: 'text-bad' },
  unknowable: { icon: CircleHelp, look: 'text-ink' },
  not_reached: { icon: CircleDashed, look: 'text-muted' },
}

const HEADS = {
  accepted: { icon: CircleCheck, look: 'bg-good-soft text-good' },
  refused: { icon: CircleX, look: 'bg-bad-soft text-bad' },
  unknowable: { icon: CircleHelp, look: 'bg-sunken text-ink' },
  waiting: { icon: Loader, look: 'bg-sunken text-muted' },
}

/** What the gate says, check by check, in the order in which the server makes them too. */
export function Checks({ verdict, keys }: { verdict: Verdict | null; keys: Keys }) {
  const t = useTranslations('inspector')
  const outcome = verdict?.outcome ?? 'waiting'
  const head = HEADS[outcome]
  const fallen = verdict?.steps.find(step => step.state === 'refused')
  return (
    <section aria-label={t('checks')} className="xl:sticky xl:top-6">
      <h2 className="font-semibold">{t('checks')}</h2>
      <p className="mt-1 text-sm text-muted">{t('checks-note')}</p>
      <p
        role="status"
        className={`mt-3 flex items-start gap-2.5 rounded-lg px-3.5 py-2.5 text-sm ${head.look}`}
      >
        <head.icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>{t(`outcome.${outcome}`, { check: fallen ? t(`check.${fallen.check}`) : '' })}</span>
      </p>
      <ol className="mt-3 divide-y divide-line">
        {verdict?.steps.map(step => (
          <Step key={step.check} step={step} />
        ))}
      </ol>
      {keys.status === 'failed' && <p className="mt-3 text-sm text-bad">{t('keys-failed')}</p>}
      <p className="mt-3 text-xs text-muted">
        {t('keys', { count: keys.published.length })}{' '}
        <span className="font-mono break-all">
          {keys.published.map(({ kid, alg }) => `${kid} (${alg})`).join(', ')}
        </span>
      </p>
      <h3 className="mt-5 text-sm font-semibold">{t('cannot-know')}</h3>
      <p className="mt-1 text-sm text-muted">{t('cannot-know-note')}</p>
    </section>
  )
}

function Step({ step: { check, state, supposed, refusal } }: { step: CheckedStep }) {
  const t = useTranslations('inspector')
  const mark = MARKS[state]
  return (
    <li data-check={check} data-state={state} className="flex gap-3 py-2.5">
      <mark.icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${mark.look}`} />
      <div className="min-w-0 grow text-sm">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className={state === 'not_reached' ? 'text-muted' : 'font-medium'}>
            {t(`check.${check}`)}
          </span>
          <span className={`text-xs ${mark.look}`}>{t(`state.${state}`)}</span>
        </p>
        <p className="text-xs text-muted">
          {t(state === 'unknowable' ? 'secret-note' : `check-note.${check}`)}
        </p>
        {supposed && <p className="mt-1 text-xs">{t(`supposed.${supposed}`)}</p>}
        {refusal && state !== 'unknowable' && (
          <p className="mt-1 font-mono text-xs break-words text-bad">
            {refusal.reason}
            {refusal.because && <span className="block text-ink">because: {refusal.because}</span>}
          </p>
        )}
      </div>
    </li>
  )
}
