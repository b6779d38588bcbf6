'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApp } from '../_components/app-state'
import { Field, type FieldErrors, useProblem } from '../_components/field'
import { Notice } from '../_components/notice'

/** Removes the account, for whoever gives its password. */
export function Leave() {
  const t = useTranslations('devices')
  const { leave } = useApp()
  const problem = useProblem()
  const [errors, setErrors] = useState<FieldErrors>({})
  const [said, setSaid] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    setBusy(true)
    const answer = await leave({
      current: String(new FormData(event.currentTarget).get('current')),
    })
    if (answer.status === 204) return
    setBusy(false)
    setErrors(problem.fieldErrors(answer))
    setSaid(problem.say(answer))
  }

  return (
    <details className="card p-4">
      <summary className="cursor-pointer font-semibold">{t('leave')}</summary>
      <p className="mt-2 mb-4 text-sm text-muted">{t('leave-note')}</p>
      <form method="post" onSubmit={event => void submit(event)} className="space-y-4" noValidate>
        <Field
          label={t('leave-password')}
          name="current"
          type="password"
          autoComplete="current-password"
          required
          error={errors.current}
        />
        {said && <Notice kind="bad">{said}</Notice>}
        <button type="submit" className="button" disabled={busy}>
          {t('leave-submit')}
        </button>
      </form>
    </details>
  )
}
