'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApp } from '../_components/app-state'
import { EmailField, Field, type FieldErrors, useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { useReady } from '../_components/use-ready'
import { WirePanel } from '../_components/wire/wire-panel'

/** Somebody who forgot the password sets another, with the code that an admin made. */
export function PasswordResetForm() {
  const t = useTranslations('password-reset')
  const ready = useReady()
  const { api, mode } = useApp()
  const problem = useProblem()
  const [said, setSaid] = useState<string | null>(null)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [busy, setBusy] = useState(false)
  const [isDone, setIsDone] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const body = Object.fromEntries(new FormData(event.currentTarget))
    setBusy(true)
    // Nobody is signed in by it, and a refusal says nothing of whoever is.
    const answer = await api.call('POST', '/api/password-reset', { mode, body, retry: false })
    setErrors(problem.fieldErrors(answer))
    setSaid(answer.status === 204 ? null : problem.say(answer))
    setIsDone(answer.status === 204)
    setBusy(false)
  }

  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <div>
        <PageHead title={t('title')}>{t('intro')}</PageHead>
        {isDone ? (
          <div className="space-y-4">
            <Notice kind="good">{t('done')}</Notice>
            <Link href="/sign-in" prefetch={false} className="button button-primary w-full">
              {t('sign-in')}
            </Link>
          </div>
        ) : (
          <form
            method="post"
            onSubmit={event => void submit(event)}
            className="space-y-4"
            noValidate
          >
            <EmailField label={t('email')} />
            <Field
              label={t('code')}
              name="code"
              className="field font-mono"
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              required
              maxLength={64}
              hint={t('code-hint')}
            />
            <Field
              label={t('next')}
              name="next"
              type="password"
              autoComplete="new-password"
              required
              hint={t('next-hint')}
              error={errors.next}
            />
            {said && <Notice kind="bad">{said}</Notice>}
            <button
              type="submit"
              className="button button-primary w-full"
              disabled={!ready || busy}
            >
              {busy ? t('busy') : t('submit')}
            </button>
          </form>
        )}
        {!isDone && (
          <p className="mt-4 text-sm text-muted">
            {t('remembered')}{' '}
            <Link
              href="/sign-in"
              prefetch={false}
              className="text-ink underline underline-offset-4"
            >
              {t('sign-in')}
            </Link>
          </p>
        )}
      </div>
      <WirePanel />
    </div>
  )
}
