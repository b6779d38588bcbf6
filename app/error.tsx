'use client'

import { useTranslations } from 'next-intl'
import { PageHead } from './_components/page-head'

export default function PageError({ reset }: { reset(): void }) {
  const t = useTranslations('app')
  return (
    <>
      <PageHead title={t('error')}>{t('error-note')}</PageHead>
      <button type="button" className="button" onClick={reset}>
        {t('retry')}
      </button>
    </>
  )
}
