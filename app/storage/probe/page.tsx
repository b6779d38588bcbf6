import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Messages } from '../../_i18n/messages'
import { Probe } from './probe'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('storage'))('probe-title') }
}

export default function ProbePage() {
  return (
    <Messages of={['storage']}>
      <Probe />
    </Messages>
  )
}
