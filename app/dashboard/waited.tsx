'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { useApp } from '../_components/app-state'
import { Blank } from '../_components/blank'

/** Both in milliseconds. */
type Wait = { credential: number; answer: number }

/**
 * How long this page load waited for a credential before its first question, and then for the
 * answer, as the browser itself measured it; null until that has come.
 */
function measure(): Wait | null {
  const asked = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .map(({ name, startTime, responseEnd }) => ({
      path: new URL(name).pathname,
      startTime,
      responseEnd,
    }))
    .filter(({ path }) => path.startsWith('/api/') && path !== '/api/wire')
    .sort((a, b) => a.startTime - b.startTime)
  const at = asked.findIndex(({ path }) => path !== '/api/token/refresh')
  const question = asked[at]
  if (!question) return null
  const [begun, over] = [asked[0]?.startTime ?? 0, asked[at - 1]?.responseEnd]
  return {
    credential: over === undefined ? 0 : over - begun,
    answer: question.responseEnd - question.startTime,
  }
}

/** What it cost this page to have a credential to ask with: one of the points of the comparison. */
export function Waited() {
  const t = useTranslations('waited')
  const { mode } = useApp()
  const [wait, setWait] = useState<Wait | null>(null)
  useEffect(() => {
    const observer = new PerformanceObserver(() => setWait(now => now ?? measure()))
    observer.observe({ type: 'resource', buffered: true })
    return () => observer.disconnect()
  }, [])
  const said = wait === null || wait.credential > 0 ? mode : `${mode}-at-once`
  const sentences = mode === 'token' ? ['token', 'token-at-once'] : ['session']
  return (
    <section aria-label={t('title')} className="mt-4 text-[0.8125rem] leading-5 text-muted">
      <div aria-hidden className="mb-2 flex h-1 overflow-hidden rounded-full bg-sunken">
        {wait && (
          <>
            <span className="bg-hue" style={{ flexGrow: wait.credential }} />
            <span className="bg-strong-line" style={{ flexGrow: wait.answer }} />
          </>
        )}
      </div>
      {/* All have their room: which of them is true, the first answer says. */}
      <div className="grid *:[grid-area:1/1]">
        {sentences.map(sentence => (
          <p key={sentence} className={sentence === said || mode === 'session' ? '' : 'invisible'}>
            {t.rich(sentence, {
              credential: () => <Milliseconds value={wait?.credential} />,
              answer: () => <Milliseconds value={wait?.answer} />,
            })}
          </p>
        ))}
      </div>
    </section>
  )
}

/** A number in the room of any. */
function Milliseconds({ value }: { value: number | undefined }) {
  return (
    <span className="inline-block min-w-[7ch] whitespace-nowrap text-center font-mono text-ink">
      {value === undefined ? <Blank className="w-[5ch]" /> : `${Math.round(value)} ms`}
    </span>
  )
}
