import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { app } from '@/lib/app'
import { Messages } from '../_i18n/messages'
import { Dashboard } from './dashboard'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('dashboard'))('title') }
}

export default function DashboardPage() {
  return (
    <Messages
      of={[
        'cast',
        'dashboard',
        'notes',
        'out',
        'problem',
        'service',
        'steps',
        'terminal',
        'waited',
        'wire',
      ]}
    >
      <Dashboard reportsOrigin={app().config.reportsOrigin} />
    </Messages>
  )
}
