'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { type User, useApp } from '../_components/app-state'
import { useProblem } from '../_components/field'
import { Notice } from '../_components/notice'
import { useMoment } from '../_components/use-moment'

/**
 * Makes the one-time code for somebody who forgot the password, and shows it: here alone, and never
 * again.
 */
export function ResetCode({ user }: { user: User }) {
  const t = useTranslations('admin')
  const when = useMoment()
  const { call } = useApp()
  const problem = useProblem()
  const [made, setMade] = useState<{ code: string; expiresAt: string } | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)

  async function make() {
    const answer = await call('POST', `/api/admin/users/${user.id}/reset-code`)
    const isMade = answer.status === 201
    setMade(isMade ? (answer.body as { code: string; expiresAt: string }) : null)
    setWrong(isMade ? null : problem.say(answer))
  }

  return (
    <>
      <button
        type="button"
        className="button"
        aria-label={t('reset-code-of', { name: user.name })}
        onClick={() => void make()}
      >
        {t('reset-code')}
      </button>
      {(made || wrong) && (
        <div className="order-last basis-full">
          {wrong && <Notice kind="bad">{wrong}</Notice>}
          {made && (
            <Notice kind="good">
              <span className="mr-2 font-mono text-base font-semibold select-all">{made.code}</span>
              {t('reset-code-made', { name: user.name, until: when(made.expiresAt) })}
            </Notice>
          )}
        </div>
      )}
    </>
  )
}
