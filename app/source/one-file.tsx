import { Columns2 } from 'lucide-react'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { questionOf } from '@/lib/labs/twins'
import { PageHead } from '../_components/page-head'
import { Line } from './code'
import { readShown } from './files'

/** A file this server was built from, with the lines marked where a step is recorded. */
export async function OneFile({ file, step }: { file: string; step: string | null }) {
  const t = await getTranslations('source')
  const text = (await readShown(file)) ?? notFound()
  const lines = text.trimEnd().split('\n')
  const mark = step === null ? null : `'${step}'`
  const first = mark ? lines.findIndex(line => line.includes(mark)) : -1
  const question = questionOf(file)
  return (
    <>
      <PageHead title={file}>{t('intro')}</PageHead>
      {question && (
        <p className="-mt-2 mb-5">
          <Link href={`/source?question=${question}`} prefetch={false} className="button">
            <Columns2 aria-hidden className="size-4 shrink-0" />
            {t('beside', { question: t(`question.${question}`) })}
          </Link>
        </p>
      )}
      <section
        aria-label={file}
        tabIndex={0}
        className="card overflow-x-auto py-3 font-mono text-xs leading-5"
      >
        <ol>
          {lines.map((line, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file are told apart by their number
              key={index}
              id={index === first ? 'step' : undefined}
              className={`flex scroll-mt-32 ${mark && line.includes(mark) ? 'bg-hue-soft font-semibold' : ''}`}
            >
              <Line number={index + 1} text={line} />
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}
