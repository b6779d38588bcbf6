import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Messages } from '../_i18n/messages'
import { Admin } from './admin'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('admin'))('title') }
}

export default function AdminPage() {
  return (
    <Messages of={['admin', 'keys', 'out', 'problem', 'steps', 'wire']}>
      <Admin />
    </Messages>
  )
}
