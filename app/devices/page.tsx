import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Messages } from '../_i18n/messages'
import { Devices } from './devices'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('devices'))('title') }
}

export default function DevicesPage() {
  return (
    <Messages of={['devices', 'out', 'problem', 'steps', 'wire']}>
      <Devices />
    </Messages>
  )
}
