'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApp } from './app-state'
import { useProblem } from './field'
import { Notice } from './notice'

/**
 * The button that takes this browser's cast back to the start, and the words that say what it does.
 */
export function CastReset({ onDone }: { onDone(): void }) {
  const t = useTranslations('cast')
  const { api, mode } = useApp()
  const problem = useProblem()
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<string | null>(null)

  async function reset() {
    if (busy) return
    setBusy(true)
    setSaid(null)
    const answer = await api.call('DELETE', '/api/demo/cast', { mode, retry: false })
    setBusy(false)
    if (answer.status === 204) return onDone()
    setSaid(answer.code === 'not_found' ? t('none') : problem.say(answer))
  }

  return (
    <div className="space-y-3">
      <p className="text-sm text-muted">{t('reset-note')}</p>
      <button type="button" className="button" aria-disabled={busy} onClick={() => void reset()}>
        <RotateCcw aria-hidden className="size-4" />
        {t('reset')}
      </button>
      {said && <Notice kind="bad">{said}</Notice>}
    </div>
  )
}
