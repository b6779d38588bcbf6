import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { isQuestion } from '@/lib/labs/twins'
import { Messages } from '../_i18n/messages'
import { isShown } from './files'
import { OneFile } from './one-file'
import { TwinFiles } from './twin-files'

export async function generateMetadata({ searchParams }: PageProps<'/source'>): Promise<Metadata> {
  const { file } = await searchParams
  const t = await getTranslations('source')
  return { title: t(file === undefined ? 'twins-title' : 'title') }
}

/** The code of this server: both answers to a question side by side, or the file of a step. */
export default async function SourcePage({ searchParams }: PageProps<'/source'>) {
  const { file, step, question = 'carrier' } = await searchParams
  return <Messages of={['nav', 'source', 'steps', 'twin', 'wire']}>{shown()}</Messages>

  function shown() {
    if (file === undefined) {
      if (!isQuestion(question)) notFound()
      return <TwinFiles question={question} />
    }
    if (!isShown(file)) notFound()
    return <OneFile file={file} step={typeof step === 'string' ? step : null} />
  }
}
