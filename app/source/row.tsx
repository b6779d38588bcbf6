import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Tellers } from '@/lib/labs/tellers'
import type { Half, Question, Row } from '@/lib/labs/twins'
import { MODES, type Mode } from '@/lib/settings/settings'
import { ModeMark } from '../_components/mode-mark'
import { Line } from './code'
import { LitFunction } from './function'

const SUMMARY = [
  'flex list-none items-center gap-2 border-line border-t bg-sunken px-4 py-2 text-muted text-sm',
  'hover:text-ink [&::-webkit-details-marker]:hidden',
].join(' ')

type Props = { row: Row; question: Question; tellers: Tellers }

/** What both files export under a name, side by side, with what it needs below it. */
export function TwinRow({ row, question, tellers }: Props) {
  const t = useTranslations('source')
  const halves = (
    <div
      data-row={row.kind === 'export' ? row.name : undefined}
      className="grid lg:grid-cols-2 lg:divide-x lg:divide-line"
    >
      {MODES.map(mode => (
        <TwinHalf key={mode} half={row[mode]} {...{ mode, row, question, tellers }} />
      ))}
    </div>
  )
  if (row.kind === 'imports')
    return (
      <details className="group">
        <summary className={SUMMARY}>
          <ChevronRight aria-hidden className="size-4 group-open:rotate-90" />
          {t('imports')}
        </summary>
        {halves}
      </details>
    )
  const says = row.session[0]?.firstSentence ?? ''
  return (
    <div>
      <div className="flex flex-wrap items-baseline gap-x-3 border-line border-y bg-sunken px-4 py-2">
        {row.kind === 'export' ? (
          <>
            <h3 className="font-mono font-semibold text-sm">{row.name}</h3>
            {!says.endsWith('?') && (
              <p lang="en" className="text-muted text-sm">
                {says}
              </p>
            )}
          </>
        ) : (
          <h3 className="text-muted text-sm">{t('before')}</h3>
        )}
      </div>
      {halves}
    </div>
  )
}

function TwinHalf({ half, mode, row, question, tellers }: Props & { half: Half; mode: Mode }) {
  const t = useTranslations('source')
  const twin = useTranslations('twin')
  const [first] = half
  const last = half.at(-1)
  const tellsOf = (name: string) =>
    Object.keys(tellers).filter(step =>
      tellers[step]?.some(
        teller => teller.mode === mode && teller.question === question && teller.name === name,
      ),
    )
  return (
    <div
      data-mode={mode}
      className="min-w-0 not-first:border-line not-first:border-t lg:not-first:border-t-0"
    >
      <p className="flex items-center gap-2 px-4 pt-2.5 pb-1 text-muted text-xs">
        <ModeMark mode={mode} />
        {twin(`name-${mode}`)}
        <span className="ml-auto font-mono">
          {first && last ? t('lines', { from: first.from, to: last.to }) : t('nothing-here')}
        </span>
      </p>
      <section
        tabIndex={0}
        aria-label={t('half', { name: row.name, mode: twin(`name-${mode}`) })}
        className="@container overflow-x-auto -outline-offset-2! pb-2"
      >
        {half.map(({ name, from, lines }) => (
          <LitFunction key={`${name} ${from}`} tells={tellsOf(name)} {...{ mode, question, name }}>
            <pre className="font-mono text-[0.6875rem] leading-[1.125rem]">
              {lines.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file are told apart by their number
                <span key={from + index} className="flex">
                  <Line number={from + index} text={line} name={name} mark={tellsOf(name)} />
                </span>
              ))}
            </pre>
          </LitFunction>
        ))}
      </section>
    </div>
  )
}
