'use client'

import { useTranslations } from 'next-intl'
import type { ScriptReport, ScriptRequest } from '@/lib/labs/storage/injected-script'

/** The honest ending: what the script did as the person, whatever it could read. */
export function Script({ report }: { report: ScriptReport }) {
  const t = useTranslations('storage')
  const { requests, overheard, cookies, onWire } = report
  const acted = requests.findLast(({ name }) => name !== null)
  return (
    <section aria-label={t('acted')} className="mt-6 rounded-lg bg-sunken p-4 text-sm">
      <h3 className="font-semibold">{t('acted')}</h3>
      <ol className="mt-2 divide-y divide-line">
        {requests.map((request, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: requests are told apart by their order
          <Line key={index} request={request} />
        ))}
      </ol>
      <dl className="mt-3 grid gap-x-4 gap-y-1 sm:grid-cols-[auto_minmax(0,1fr)]">
        <dt className="text-muted">{t('overheard')}</dt>
        <dd className="font-mono text-xs leading-5 break-all">
          {overheard
            ? t('overheard-token', { head: overheard.slice(0, 16), length: overheard.length })
            : t('overheard-none')}
        </dd>
        <dt className="text-muted">{t('on-wire')}</dt>
        <dd className="text-xs leading-5">
          {onWire > 0 ? t('on-wire-tokens', { count: onWire }) : t('on-wire-none')}
        </dd>
        <dt className="text-muted">document.cookie</dt>
        <dd className="font-mono text-xs leading-5 break-all">{JSON.stringify(cookies)}</dd>
      </dl>
      <p className={`mt-3 font-medium ${acted ? 'text-bad' : ''}`} role="status">
        {acted ? t(`acted-${acted.by}`, { name: acted.name ?? '' }) : t('acted-nobody')}
      </p>
    </section>
  )
}

function Line({ request: { by, line, status, name } }: { request: ScriptRequest }) {
  const t = useTranslations('storage')
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2">
      <span className="font-mono text-xs">{line}</span>
      <span
        className={`font-mono text-xs font-semibold ${status < 400 ? 'text-bad' : 'text-muted'}`}
      >
        {status}
      </span>
      {name && <span className="font-medium">{name}</span>}
      <span className="basis-full text-muted">{t(`by.${by}`)}</span>
    </li>
  )
}
