'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApp } from '../_components/app-state'
import { Field, useProblem } from '../_components/field'
import { ModeMark } from '../_components/mode-mark'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { useReady } from '../_components/use-ready'
import { WirePanel } from '../_components/wire/wire-panel'

const DEMO_PASSWORD = 'demo: watch the wire'
const DEMO_ROLES = ['reader', 'editor', 'admin'] as const

export function SignInForm({ next, demo }: { next: string; demo: boolean }) {
  const t = useTranslations('sign-in')
  const router = useRouter()
  const ready = useReady()
  const { mode, signIn } = useApp()
  const problem = useProblem()
  const [said, setSaid] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function attempt(email: string, password: string) {
    setBusy(true)
    setSaid(null)
    const answer = await signIn({ email, password })
    if (answer.status === 200) return router.push(next)
    setSaid(problem.say(answer))
    setBusy(false)
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    void attempt(String(fields.get('email')), String(fields.get('password')))
  }

  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <div data-mode={mode}>
        <PageHead title={t('title')}>{t(`intro-${mode}`)}</PageHead>
        <p className="mb-5 flex flex-wrap items-center gap-2 text-sm">
          <span className="flex items-center gap-1.5 rounded-md bg-hue-soft px-2 py-1 font-mono text-xs text-hue">
            <ModeMark mode={mode} /> {mode}
          </span>
          <Link href="/settings" prefetch={false} className="underline underline-offset-4">
            {t('change-mode')}
          </Link>
        </p>
        {demo && (
          <section aria-label={t('demo')} className="mb-6">
            <h2 className="mb-2 text-sm font-semibold">{t('demo')}</h2>
            <div className="grid grid-cols-3 gap-2">
              {DEMO_ROLES.map(role => (
                <button
                  key={role}
                  type="button"
                  className="button"
                  disabled={!ready || busy}
                  onClick={() => void attempt(`${role}@demo.example`, DEMO_PASSWORD)}
                >
                  {t(`role-${role}`)}
                </button>
              ))}
            </div>
            <p className="mt-1.5 text-xs text-muted">{t('demo-note')}</p>
          </section>
        )}
        <form method="post" onSubmit={submit} className="space-y-4">
          <Field label={t('email')} name="email" type="email" autoComplete="username" required maxLength={254} />
          <Field label={t('password')} name="password" type="password" autoComplete="current-password" required />
          {said && <Notice kind="bad">{said}</Notice>}
          <button type="submit" className="button button-primary w-full" disabled={!ready || busy}>
            {busy ? t('busy') : t('submit')}
          </button>
        </form>
        <p className="mt-4 text-sm text-muted">
          {t('no-account')}{' '}
          <Link href="/sign-up" prefetch={false} className="text-ink underline underline-offset-4">
            {t('sign-up')}
          </Link>
        </p>
        <p className="mt-2 text-sm text-muted">
          {t('forgot')}{' '}
          <Link href="/password-reset" prefetch={false} className="text-ink underline underline-offset-4">
            {t('reset')}
          </Link>
        </p>
        <p className="mt-4 text-xs text-muted">{t('browser-note')}</p>
      </div>
      <WirePanel />
    </div>
  )
}
