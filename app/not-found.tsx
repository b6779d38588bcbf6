import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { PageHead } from './_components/page-head'

export default async function NotFound() {
  const t = await getTranslations('app')
  return (
    <>
      <PageHead title={t('not-found')}>{t('not-found-note')}</PageHead>
      <Link href="/" className="button">
        {t('to-home')}
      </Link>
    </>
  )
}
