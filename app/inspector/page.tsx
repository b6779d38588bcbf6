import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { app } from '@/lib/app'
import { Messages } from '../_i18n/messages'
import { Inspector } from './inspector'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inspector'))('title') }
}

export default function InspectorPage() {
  const { issuer, audience } = app().config
  return (
    <Messages of={['inspector', 'steps', 'wire']}>
      <Inspector issuer={issuer} audience={audience} />
    </Messages>
  )
}
