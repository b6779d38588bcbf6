'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApp } from '../_components/app-state'
import { EmailField, Field, type FieldErrors, useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { useReady } from '../_components/use-ready'
import { WirePanel } from '../_components/wire/wire-panel'

export function SignUpForm() {
  const t = useTranslations('sign-up')
  const router = useRouter()
  const ready = useReady()
  const { call, signIn } = useApp()
  const problem = useProblem()
  const [said, setSaid] = useState<string | null>(null)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as {
      email: string
      name: string
      password: string
    }
    setBusy(true)
    const made = await call('POST', '/api/accounts', fields)
    setErrors(problem.fieldErrors(made))
    const answer =
      made.status === 201 ? await signIn({ email: fields.email, password: fields.password }) : made
    if (answer.status === 200) return router.push('/dashboard')
    setSaid(problem.say(answer))
    setBusy(false)
  }

  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <div>
        <PageHead title={t('title')}>{t('intro')}</PageHead>
        <form method="post" onSubmit={event => void submit(event)} className="space-y-4" noValidate>
          <Field
            label={t('name')}
            name="name"
            autoComplete="name"
            required
            maxLength={80}
            error={errors.name}
          />
          <EmailField label={t('email')} error={errors.email} />
          <Field
            label={t('password')}
            name="password"
            type="password"
            autoComplete="new-password"
            required
            hint={t('password-hint')}
            error={errors.password}
          />
          {said && <Notice kind="bad">{said}</Notice>}
          <button type="submit" className="button button-primary w-full" disabled={!ready || busy}>
            {busy ? t('busy') : t('submit')}
          </button>
        </form>
        <p className="mt-4 text-sm text-muted">
          {t('have-account')}{' '}
          <Link href="/sign-in" prefetch={false} className="text-ink underline underline-offset-4">
            {t('sign-in')}
          </Link>
        </p>
      </div>
      <WirePanel />
    </div>
  )
}
