import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { STEPS } from '@/lib/wire/steps'
import { PageHead } from '../_components/page-head'

// Only the files the wire refers to can be looked at.
const SHOWN = new Set(Object.values(STEPS).map(facts => facts.source))

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('source'))('title') }
}

/** The code behind a step, from the very files this server was built from. */
export default async function SourcePage({ searchParams }: PageProps<'/source'>) {
  const { file, step } = await searchParams
  if (typeof file !== 'string' || !SHOWN.has(file)) notFound()
  const t = await getTranslations('source')
  const text = await readFile(join(/* turbopackIgnore: true */ process.cwd(), file), 'utf8').catch(
    () => notFound(),
  )
  const lines = text.trimEnd().split('\n')
  const mark = typeof step === 'string' ? `'${step}'` : null
  const first = mark ? lines.findIndex(line => line.includes(mark)) : -1
  return (
    <>
      <PageHead title={file}>{t('intro')}</PageHead>
      <section
        aria-label={file}
        tabIndex={0}
        className="card overflow-x-auto py-3 font-mono text-xs leading-5"
      >
        <ol>
          {lines.map((line, index) => {
            const isMarked = mark !== null && line.includes(mark)
            return (
              <li
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file are told apart by their number
                key={index}
                id={index === first ? 'step' : undefined}
                className={`flex scroll-mt-32 ${isMarked ? 'bg-hue-soft font-semibold' : ''}`}
              >
                <span aria-hidden className="w-12 shrink-0 select-none pr-4 text-right text-muted">
                  {index + 1}
                </span>
                <code
                  className={`whitespace-pre pr-4 ${/^\s*(\/\/|\/?\*)/.test(line) ? 'text-muted' : ''}`}
                >
                  {line || ' '}
                </code>
              </li>
            )
          })}
        </ol>
      </section>
    </>
  )
}
