'use client'

import { useTranslations } from 'next-intl'
import { type InputHTMLAttributes, useId } from 'react'
import type { ApiAnswer } from '@/lib/client/api'

export type FieldErrors = Record<string, string>

type Props = InputHTMLAttributes<HTMLInputElement> & {
  label: string
  hint?: string
  error?: string | undefined
}

/** A labelled input with its hint and its error tied to it. */
export function Field({ label, hint, error, ...input }: Props) {
  const id = useId()
  const said = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className="field"
        aria-invalid={Boolean(error)}
        aria-describedby={said}
        {...input}
      />
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  )
}

/** Where an account's email is typed: password managers know it by its name, wherever that is. */
export function EmailField(props: Pick<Props, 'label' | 'error'>) {
  const known = { name: 'email', type: 'email', autoComplete: 'username' } as const
  return <Field {...known} required maxLength={254} {...props} />
}

/** The problem in an answer as words, and the errors of single fields by their path. */
export function useProblem() {
  const t = useTranslations('problem')
  return {
    say: ({ code, retryAfterSeconds }: ApiAnswer): string =>
      t(code && t.has(code) ? code : 'internal', {
        minutes: Math.ceil((retryAfterSeconds ?? 60) / 60),
      }),
    fieldErrors: ({ body }: ApiAnswer): FieldErrors => {
      const { errors = [] } = (body ?? {}) as {
        errors?: { path: string; code: string; message: string }[]
      }
      // The first of several for one field is the one to mend first.
      return Object.fromEntries(
        errors
          .toReversed()
          .map(({ path, code, message }) => [
            path,
            t.has(`field.${code}`) ? t(`field.${code}`) : message,
          ]),
      )
    },
  }
}
