import { getTranslations } from 'next-intl/server'
import { PageHead } from './_components/page-head'
import { Twin } from './_components/twin/twin'

export default async function HomePage() {
  const t = await getTranslations('twin')
  return (
    <>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <Twin />
    </>
  )
}
