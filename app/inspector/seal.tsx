'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { credentialsOf } from '@/lib/wire/view/credentials'
import { useApp } from '../_components/app-state'
import { ModeMark } from '../_components/mode-mark'
import { useWire } from '../_components/wire/use-wire'

const FACTS = ['holds', 'sealed', 'hidden', 'record'] as const

/**
 * The other credential, of which there is nothing to inspect: what its seal is, and what it is not.
 */
export function Seal() {
  const t = useTranslations('inspector')
  const { mode } = useApp()
  const { exchanges } = useWire()
  const [read, setRead] = useState<string | null>(null)
  const seal = credentialsOf(exchanges).session?.seal ?? null
  return (
    <section aria-label={t('seal.title')} data-mode="session" className="mt-10">
      <h2 className="flex items-center gap-2 text-lg font-semibold">
        <ModeMark mode="session" />
        {t('seal.title')}
      </h2>
      <p className="mt-1 max-w-prose text-sm text-muted">{t('seal.intro')}</p>
      <div className="mt-4 grid gap-x-10 gap-y-6 lg:grid-cols-2">
        <dl className="space-y-3 text-sm">
          {FACTS.map(fact => (
            <div key={fact}>
              <dt className="font-medium">{t(`seal.${fact}`)}</dt>
              <dd className="max-w-prose text-muted">
                {t(`seal.${fact}-note`)}
                {fact === 'record' && (
                  <Link
                    href="/"
                    prefetch={false}
                    className="mt-1 block w-fit text-ink underline underline-offset-4"
                  >
                    {t('seal.watch')}
                  </Link>
                )}
              </dd>
            </div>
          ))}
        </dl>
        <div className="space-y-4 text-sm">
          <div>
            <p className="mb-1 font-medium">{t('seal.fingerprint')}</p>
            {seal ? (
              <p className="rounded-lg bg-hue-soft p-3 font-mono text-xs break-all">
                __Host-session={seal}
              </p>
            ) : (
              <p className="text-muted">
                {t(mode === 'session' ? 'seal.none' : 'seal.other-mode')}
              </p>
            )}
          </div>
          <div>
            <button type="button" className="button" onClick={() => setRead(document.cookie)}>
              {t('seal.try')}
            </button>
            {read !== null && (
              <div role="status" className="mt-2">
                <p className="rounded-lg bg-sunken p-3 font-mono text-xs break-all">
                  document.cookie → {JSON.stringify(read)}
                </p>
                <p className="mt-1 text-muted">
                  {t(read.includes('__Host-') ? 'seal.readable' : 'seal.unreadable')}
                </p>
              </div>
            )}
          </div>
        </div>
      </div>
    </section>
  )
}
