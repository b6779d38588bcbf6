'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { DEMO_PASSWORD } from '@/lib/accounts/demo-people'
import type { ApiAnswer } from '@/lib/client/api'
import { askForCast } from '@/lib/client/cast'
import { ROLES, type Role } from '@/lib/settings/settings'
import { useApp } from '../_components/app-state'
import { CastReset } from '../_components/cast-reset'
import { EmailField, Field, useProblem } from '../_components/field'
import { ModeMark } from '../_components/mode-mark'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { useReady } from '../_components/use-ready'
import { WirePanel } from '../_components/wire/wire-panel'

export function SignInForm({ next, demo }: { next: string; demo: boolean }) {
  const t = useTranslations('sign-in')
  const router = useRouter()
  const ready = useReady()
  const { api, mode, signIn } = useApp()
  const problem = useProblem()
  const [said, setSaid] = useState<{ kind: 'good' | 'bad'; text: string } | null>(null)
  /** The cast's own password was refused: only taking it back to the start helps. */
  const [stuck, setStuck] = useState(false)
  const [busy, setBusy] = useState(false)

  function fail(answer: ApiAnswer) {
    setSaid({ kind: 'bad', text: problem.say(answer) })
    setBusy(false)
  }

  async function attempt(email: string, password: string): Promise<ApiAnswer> {
    setBusy(true)
    setSaid(null)
    setStuck(false)
    const answer = await signIn({ email, password })
    if (answer.status === 200) router.push(next)
    else fail(answer)
    return answer
  }

  /** One click: this browser's cast is asked for, then signed in to as anybody signs in. */
  async function attemptAs(role: Role) {
    setBusy(true)
    setSaid(null)
    const { credentials, answer } = await askForCast(api, mode, role)
    if (!credentials) return fail(answer)
    const { code } = await attempt(credentials.email, credentials.password)
    setStuck(code === 'invalid_credentials')
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
              {ROLES.map(role => (
                <button
                  key={role}
                  type="button"
                  className="button"
                  disabled={!ready || busy}
                  onClick={() => void attemptAs(role)}
                >
                  {t(`role-${role}`)}
                </button>
              ))}
            </div>
            <p className="mt-1.5 text-xs text-muted">
              {t('demo-note', { password: DEMO_PASSWORD })}
            </p>
            {stuck && (
              <div className="mt-4 space-y-3 rounded-lg border border-line p-4">
                <Notice kind="bad">{t('demo-stuck')}</Notice>
                <CastReset
                  onDone={() => {
                    setStuck(false)
                    setSaid({ kind: 'good', text: t('demo-reset') })
                  }}
                />
              </div>
            )}
          </section>
        )}
        <form method="post" onSubmit={submit} className="space-y-4">
          <EmailField label={t('email')} />
          <Field
            label={t('password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          {said && !stuck && <Notice kind={said.kind}>{said.text}</Notice>}
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
          <Link
            href="/password-reset"
            prefetch={false}
            className="text-ink underline underline-offset-4"
          >
            {t('reset')}
          </Link>
        </p>
        <p className="mt-4 text-xs text-muted">{t('browser-note')}</p>
      </div>
      <WirePanel />
    </div>
  )
}
