'use client'

import { ShieldAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Mode } from '@/lib/settings/settings'
import { useMoment } from '../_components/use-moment'
import { describeUserAgent } from './user-agent'

export type Ended = {
  id: string
  mode: Mode
  userAgent: string
  address: string
  createdAt: string
  endedAt: string
  because: string
}

/** Sign-ins that ended other than by their owner, and why. One of the reasons is a theft. */
export function EndedList({ ended }: { ended: Ended[] }) {
  const t = useTranslations('devices')
  const when = useMoment()
  if (ended.length === 0) return null
  return (
    <section aria-label={t('were-ended')} className="card px-4 py-3">
      <h2 className="font-semibold">{t('were-ended')}</h2>
      <ul className="mt-1 divide-y divide-line">
        {ended.map(signIn => {
          const isTheft = signIn.because === 'refresh_reused'
          const reason = t.has(`because.${signIn.because}`) ? signIn.because : 'other'
          return (
            <li key={signIn.id} data-mode={signIn.mode} className="py-3 text-sm">
              <p className={`flex items-start gap-2 font-medium ${isTheft ? 'text-bad' : ''}`}>
                {isTheft && <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0" />}
                {t(`because.${reason}`)}
              </p>
              <p className="mt-0.5 text-muted">
                {describeUserAgent(signIn.userAgent) ?? t('unknown-client')} ·{' '}
                <span className="font-mono text-xs">{signIn.address}</span> ·{' '}
                {t('since', { when: when(signIn.createdAt) })} ·{' '}
                {t('ended-at', { when: when(signIn.endedAt) })}
              </p>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
