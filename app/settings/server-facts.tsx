'use client'

import { Server } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Config } from '@/lib/config'
import { useFeed } from '../_components/wire/use-wire'

export type Facts = {
  sessionStore: Config['sessionStore']
  database: 'sqlite' | 'postgresql'
  wire: 'memory' | 'redis'
}

/**
 * What this server was started with: not this browser's to choose, but worth knowing. What a store
 * cannot promise is said.
 */
export function ServerFacts({ facts }: { facts: Facts }) {
  const t = useTranslations('server')
  const { instance } = useFeed()
  const { sessionStore, database, wire } = facts
  return (
    <section className="card px-4 pb-1" aria-label={t('title')}>
      <h2 className="flex items-center gap-2 py-3 font-semibold">
        <Server aria-hidden className="size-4" />
        {t('title')}
      </h2>
      <dl className="divide-y divide-line border-t border-line text-sm">
        <Fact term={t('instance')} value={instance ?? '…'}>
          {t('instance-note')}
        </Fact>
        <Fact term={t('sessions')} value={t(`store.${sessionStore}`)}>
          {t(`promise.${sessionStore}`)}
        </Fact>
        <Fact term={t('database')} value={t(`store.${database}`)}>
          {t('database-note')}
        </Fact>
        <Fact term={t('wire')} value={t(`store.${wire}`)}>
          {t(`wire-${wire}`)}
        </Fact>
      </dl>
    </section>
  )
}

function Fact({
  term,
  value,
  children,
}: {
  term: string
  value: string
  children: React.ReactNode
}) {
  return (
    <div className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[minmax(0,1fr)_12rem]">
      <dt>
        <span className="font-medium">{term}</span>
        <p className="text-xs text-muted">{children}</p>
      </dt>
      <dd className="font-mono text-xs leading-5">{value}</dd>
    </div>
  )
}
