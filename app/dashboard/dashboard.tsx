'use client'

import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { isCastEmail } from '@/lib/accounts/demo-people'
import { type User, useApp } from '../_components/app-state'
import { Blank } from '../_components/blank'
import { CastReset } from '../_components/cast-reset'
import { useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { SignedInOnly } from '../_components/signed-out'
import { WirePanel } from '../_components/wire/wire-panel'
import { Notes } from './notes'
import { Terminal } from './terminal'
import { Waited } from './waited'

// Few servers have another one beside them.
const OtherService = lazy(() => import('./other-service'))

export function Dashboard({ reportsOrigin }: { reportsOrigin: string | null }) {
  const t = useTranslations('dashboard')
  const { signedIn } = useApp()
  return (
    <>
      <PageHead
        title={signedIn.status === 'in' ? t('hello', { name: signedIn.user.name }) : t('title')}
      >
        {t('intro')}
      </PageHead>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
        <SignedInOnly>{user => <Actions user={user} reportsOrigin={reportsOrigin} />}</SignedInOnly>
        <WirePanel />
      </div>
    </>
  )
}

/** What this person can do here; each of it is a request whose steps appear beside it. */
function Actions({ user, reportsOrigin }: { user: User | null; reportsOrigin: string | null }) {
  const t = useTranslations('dashboard')
  const { mode, demo, call, refresh, reload, signOut } = useApp()
  const problem = useProblem()
  const [outcome, setOutcome] = useState<{ status: number; text: string } | null>(null)
  const acts = [
    { what: 'who', run: () => call('GET', '/api/me') },
    { what: mode === 'session' ? 'renew' : 'refresh', run: refresh },
    { what: 'admin', run: () => call('GET', '/api/admin/users') },
  ]

  async function act(run: (typeof acts)[number]['run']) {
    const answer = await run()
    const { status, code } = answer
    const said = status === 0 ? problem.say(answer) : code ? t('refused', { code }) : t('answered')
    setOutcome({ status, text: said })
  }

  return (
    <div className="space-y-6">
      <section aria-label={t('you')} className="card p-4 text-sm" data-mode={mode}>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          <dt className="text-muted">{t('email')}</dt>
          <dd className="truncate" title={user?.email}>
            {user?.email ?? <Blank className="w-40" />}
          </dd>
          <dt className="text-muted">{t('role')}</dt>
          <dd>
            {user ? (
              <span className="rounded bg-hue-soft px-1.5 py-0.5 font-mono text-xs text-hue">
                {user.role}
              </span>
            ) : (
              <Blank className="w-14" />
            )}
          </dd>
          <dt className="text-muted">{t('how')}</dt>
          <dd>{t(`how-${mode}`)}</dd>
        </dl>
        <Waited />
        <div className="mt-4 flex flex-wrap gap-2">
          {acts.map(({ what, run }) => (
            <button key={what} type="button" className="button" onClick={() => void act(run)}>
              {t(`act-${what}`)}
            </button>
          ))}
          <button type="button" className="button" onClick={() => window.location.reload()}>
            <RefreshCw aria-hidden className="size-4" />
            {t('act-reload')}
          </button>
          <button type="button" className="button" onClick={() => void signOut()}>
            {t('act-sign-out')}
          </button>
        </div>
        {outcome && (
          <div className="mt-3" role="status">
            <Notice kind={outcome.status > 0 && outcome.status < 400 ? 'good' : 'bad'}>
              {outcome.status > 0 && <span className="mr-1 font-mono">{outcome.status}</span>}
              {outcome.text}
            </Notice>
          </div>
        )}
      </section>
      <Notes user={user} />
      <Terminal user={user} />
      {mode === 'token' && reportsOrigin && (
        <Suspense>
          <OtherService origin={reportsOrigin} />
        </Suspense>
      )}
      {user && demo && isCastEmail(user.email) && (
        <section aria-label={t('cast')} className="card p-4">
          <h2 className="mb-2 font-semibold">{t('cast')}</h2>
          <CastReset onDone={() => void reload()} />
        </section>
      )}
    </div>
  )
}
