import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Probe } from './probe'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('storage'))('probe-title') }
}

export default function ProbePage() {
  return <Probe />
}
