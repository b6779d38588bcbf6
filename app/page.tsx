import { getTranslations } from 'next-intl/server'
import { PageHead } from './_components/page-head'
import { Twin } from './_components/twin/twin'
import { Messages } from './_i18n/messages'

export default async function HomePage() {
  const t = await getTranslations('twin')
  return (
    <Messages of={['steps', 'twin', 'wire']}>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <Twin />
    </Messages>
  )
}
