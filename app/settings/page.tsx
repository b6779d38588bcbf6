import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { app } from '@/lib/app'
import { Messages } from '../_i18n/messages'
import { SettingsForm } from './settings-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('settings'))('title') }
}

export default function SettingsPage() {
  const { sessionStore, databaseUrl, redisUrl } = app().config
  const facts = {
    sessionStore,
    database: databaseUrl.startsWith('file:') ? 'sqlite' : 'postgresql',
    wire: redisUrl ? 'redis' : 'memory',
  } as const
  return (
    <Messages of={['problem', 'server', 'settings', 'steps', 'wire']}>
      <SettingsForm facts={facts} />
    </Messages>
  )
}
