'use client'

import { Check, Circle, SquareTerminal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { DEMO_DOMAIN } from '@/lib/accounts/account'
import { DEMO_PASSWORD } from '@/lib/accounts/demo-people'
import { seenInTerminal, terminalSteps } from '@/lib/wire/view/walkthrough'
import { type User, useApp } from '../_components/app-state'
import { CopyButton } from '../_components/wire/raw-exchange'
import { useWire } from '../_components/wire/use-wire'

/**
 * The same sign-in without a browser: commands to paste into a terminal, each ticked off when it
 * was seen on the wire.
 */
export function Terminal({ user }: { user: User | null }) {
  const t = useTranslations('terminal')
  const { mode } = useApp()
  const { feed, exchanges } = useWire()
  // The address is known in the browser only.
  const [origin, setOrigin] = useState('')
  useEffect(() => setOrigin(window.location.origin), [])
  if (!feed.pairingCode && feed.status !== 'connecting') return null

  const email = user?.email ?? ''
  const password = email.endsWith(DEMO_DOMAIN) ? DEMO_PASSWORD : null
  const steps = terminalSteps(mode, {
    origin,
    pairingCode: feed.pairingCode ?? '…',
    email,
    password,
  })
  const seen = seenInTerminal(steps, exchanges)
  return (
    <details className="card p-4" data-mode={mode}>
      <summary className="flex cursor-pointer items-center gap-2 font-semibold">
        <SquareTerminal aria-hidden className="size-4" />
        {t('title')}
        <span className="ml-auto font-mono text-xs font-normal text-muted">
          {t('progress', {
            seen: seen.filter(status => status !== null).length,
            all: steps.length,
          })}
        </span>
      </summary>
      <p className="mt-2 text-sm text-muted">{t('intro')}</p>
      <ol className="mt-4 space-y-4">
        {steps.map((step, index) => (
          <li key={step.id}>
            <p className="flex flex-wrap items-center gap-2 text-sm">
              <Tick status={seen[index] ?? null} />
              <span className="font-medium">{t(step.id)}</span>
              <span className="ml-auto">
                <CopyButton label={t('copy')} text={() => step.command} />
              </span>
            </p>
            <pre className="mt-1.5 overflow-x-auto whitespace-pre-wrap rounded-lg bg-sunken p-3 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
              {step.command}
            </pre>
            <p className="mt-1 text-xs text-muted">{t(`why-${step.id}-${mode}`)}</p>
          </li>
        ))}
      </ol>
    </details>
  )
}

function Tick({ status }: { status: number | null }) {
  const t = useTranslations('terminal')
  if (status === null) return <Circle aria-label={t('not-seen')} className="size-4 text-muted" />
  return (
    <span className="flex items-center gap-1.5 rounded bg-hue-soft px-1.5 py-0.5 font-mono text-xs text-hue">
      <Check aria-hidden className="size-3.5" />
      {t('seen', { status })}
    </span>
  )
}
