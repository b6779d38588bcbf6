import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Messages } from '../_i18n/messages'
import { Experiment } from './experiment'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('storage'))('title') }
}

export default function StoragePage() {
  return (
    <Messages of={['steps', 'storage', 'wire']}>
      <Experiment />
    </Messages>
  )
}
