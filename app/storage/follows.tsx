'use client'

import { useTranslations } from 'next-intl'
import type { Outcomes, Trial } from '@/lib/labs/storage/experiment'

const POINTS = ['memory', 'web', 'script', 'cookie'] as const

/** What follows from it, once all of it was tried. */
export function Follows({ trials, outcomes }: { trials: readonly Trial[]; outcomes: Outcomes }) {
  const t = useTranslations('storage')
  const left = trials.filter(trial => !outcomes[trial])
  return (
    <section aria-label={t('follows')} className="mt-10">
      <h2 className="text-lg font-semibold">{t('follows')}</h2>
      {left.length > 0 ? (
        <p className="mt-1 text-sm text-muted">
          {t('follows-later', { left: left.map(trial => t(`trial.${trial}`)).join(', ') })}
        </p>
      ) : (
        <ul className="mt-3 grid gap-x-10 gap-y-4 text-sm lg:grid-cols-2">
          {POINTS.map(point => (
            <li key={point}>
              <p className="font-medium">{t(`point.${point}`)}</p>
              <p className="max-w-prose text-muted">{t(`point.${point}-note`)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
