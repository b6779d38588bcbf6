'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { QUESTIONS, type Question } from '@/lib/labs/twins'
import { MODES } from '@/lib/settings/settings'
import { ModeMark } from '../_components/mode-mark'
import { useLit } from './lit'

const TAB = [
  'card flex grow flex-col justify-between gap-1.5 px-3 py-2.5 text-muted',
  'hover:border-strong-line hover:text-ink aria-[current=page]:border-ink',
  'aria-[current=page]:text-ink aria-[current=page]:shadow-[inset_0_0_0_1px_var(--ink)]',
].join(' ')

/** The six questions; of each, in which mode the request that is shown lit it up. */
export function Tabs({ current }: { current: Question }) {
  const t = useTranslations('source')
  const twin = useTranslations('twin')
  const { shown } = useLit()
  return (
    <nav aria-label={t('questions')} className="mb-5">
      <ol className="grid grid-cols-2 gap-2 md:grid-cols-3 xl:grid-cols-6">
        {QUESTIONS.map(question => {
          const lit = MODES.filter(mode =>
            shown[mode]?.steps.some(step => step.question === question),
          )
          return (
            <li key={question} className="flex">
              <Link
                href={`/source?question=${question}`}
                prefetch={false}
                scroll={false}
                aria-current={question === current ? 'page' : undefined}
                className={TAB}
              >
                <span className="font-medium text-ink text-sm leading-snug">
                  {t(`question.${question}`)}
                </span>
                <span className="flex min-h-4 items-center gap-1.5 font-mono text-xs">
                  {question}.ts
                  <span className="ml-auto flex gap-1">
                    {lit.map(mode => (
                      <ModeMark key={mode} mode={mode} />
                    ))}
                  </span>
                  {lit.length > 0 && (
                    <span className="sr-only">
                      {t('lit-in', { modes: lit.map(mode => twin(`name-${mode}`)).join(', ') })}
                    </span>
                  )}
                </span>
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
