import Link from 'next/link'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { TELLING, tellersOf } from '@/lib/labs/tellers'
import { answerOf, fileOf, type Question, rowsOf } from '@/lib/labs/twins'
import { MODES } from '@/lib/settings/settings'
import { ModeMark } from '../_components/mode-mark'
import { PageHead } from '../_components/page-head'
import { readShown } from './files'
import { LitProvider } from './lit'
import { OnTheWire } from './on-the-wire'
import { Requests } from './requests'
import { TwinRow } from './row'
import { Tabs } from './tabs'

/** Both answers to a question side by side, lit by what this browser's requests did. */
export async function TwinFiles({ question }: { question: Question }) {
  const t = await getTranslations('source')
  const twin = await getTranslations('twin')
  const texts = new Map<string, string>()
  for (const file of TELLING) texts.set(file, (await readShown(file)) ?? notFound())
  const textOf = (file: string) => texts.get(file) ?? ''
  const [session, token] = MODES.map(mode => textOf(fileOf(mode, question)))
  const tellers = tellersOf(textOf)
  return (
    <LitProvider tellers={tellers}>
      <PageHead title={t('twins-title')}>{t('twins-intro')}</PageHead>
      <Tabs current={question} />
      <Requests />
      <section aria-labelledby="question" className="card overflow-clip">
        <h2 id="question" className="px-4 pt-4 pb-3 font-semibold text-xl tracking-tight">
          {t(`question.${question}`)}
        </h2>
        <dl className="grid gap-4 px-4 pb-5 lg:grid-cols-2 lg:gap-0">
          {MODES.map(mode => (
            <div key={mode} data-mode={mode} className="border-hue border-l-2 pl-3 lg:mr-6">
              <dt className="flex flex-wrap items-center gap-x-2 font-medium text-sm">
                <ModeMark mode={mode} />
                {twin(`name-${mode}`)}
                <Link
                  href={`/source?file=${encodeURIComponent(fileOf(mode, question))}`}
                  prefetch={false}
                  className="font-mono font-normal text-muted text-xs underline underline-offset-4 hover:text-ink"
                >
                  {fileOf(mode, question)}
                </Link>
              </dt>
              <dd lang="en" className="mt-1 max-w-prose">
                <Sentence text={answerOf(textOf(fileOf(mode, question))).answer} />
              </dd>
            </div>
          ))}
        </dl>
        {rowsOf({ session: session ?? '', token: token ?? '' }).map(row => (
          <TwinRow key={row.name} row={row} question={question} tellers={tellers} />
        ))}
      </section>
      <OnTheWire />
    </LitProvider>
  )
}

/** A sentence of a docstring, with what it quotes of the code. */
export function Sentence({ text }: { text: string }) {
  return text.split('`').map((words, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: words of a sentence are told apart by their place
      <code key={index} className="font-mono text-[0.9em]">
        {words}
      </code>
    ) : (
      words
    ),
  )
}
