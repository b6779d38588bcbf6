'use client'

import { useTranslations } from 'next-intl'
import { MODES } from '@/lib/settings/settings'
import { type Exchange, find, requestOf } from '@/lib/wire/view/exchanges'
import type { Outcome } from './journey'

/**
 * What came back, side by side: one row for each thing that was done. Why is read off the wire, not
 * assumed.
 */
export function Outcomes({ outcomes, exchanges }: { outcomes: Outcome[]; exchanges: Exchange[] }) {
  const t = useTranslations('twin')
  const things = [...new Set(outcomes.map(outcome => outcome.what))]
  return (
    <section className="card mt-5 overflow-x-auto p-4" aria-label={t('outcomes')}>
      <table className="w-full text-sm">
        <caption className="pb-2 text-left font-semibold">{t('outcomes')}</caption>
        <thead>
          <tr className="border-b border-line text-left text-muted">
            <th scope="col" className="py-1.5 pr-4 font-medium">
              {t('what')}
            </th>
            {MODES.map(mode => (
              <th scope="col" key={mode} className="py-1.5 pr-4 font-medium">
                {t(`name-${mode}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {things.map(what => (
            <tr key={what} className="border-b border-line last:border-0">
              <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                {t(`did.${what}`)}
              </th>
              {MODES.map(mode => {
                const outcome = outcomes.find(
                  candidate => candidate.what === what && candidate.mode === mode,
                )
                const exchange = exchanges.find(({ traceId }) => traceId === outcome?.traceId)
                return (
                  <td key={mode} data-mode={mode} className="py-1.5 pr-4">
                    {outcome && (
                      <Came status={outcome.status} lesson={exchange && lessonOf(exchange)} />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Came({ status, lesson }: { status: number; lesson: string | undefined }) {
  const t = useTranslations('twin')
  const isGood = status > 0 && status < 400
  return (
    <>
      <span className={`font-mono font-semibold ${isGood ? 'text-hue' : 'text-bad'}`}>
        {status || t('no-answer')}
      </span>
      {lesson && t.has(`lesson.${lesson}`) && (
        <span className="ml-2 text-muted">{t(`lesson.${lesson}`)}</span>
      )}
    </>
  )
}

/** The one thing worth saying about how an exchange went, by the steps it took. */
function lessonOf(exchange: Exchange): string | undefined {
  const refused = find(exchange.steps, 'access.refused')
  if (refused) return refused.detail.reason.replace('.', '-')
  if (exchange.isTerminal && find(exchange.steps, 'revocation.skipped')) return 'revocation-skipped'
  const target = requestOf(exchange)?.target ?? ''
  return target.endsWith('/refresh') || target.endsWith('/sign-in')
    ? target.slice(5).replaceAll('/', '-')
    : undefined
}
