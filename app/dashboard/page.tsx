import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { app } from '@/lib/app'
import { Dashboard } from './dashboard'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('dashboard'))('title') }
}

export default function DashboardPage() {
  return <Dashboard reportsOrigin={app().config.reportsOrigin} />
}
