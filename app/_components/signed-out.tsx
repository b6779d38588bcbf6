'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Fragment, type ReactNode } from 'react'
import { type User, useApp } from './app-state'

/**
 * Shows a page's content to whoever is signed in; to others, why there is nothing to see and the
 * way back.
 */
export function SignedInOnly({ children }: { children(user: User): ReactNode }) {
  const t = useTranslations('out')
  const pathname = usePathname()
  const { signedIn, mode } = useApp()
  // Somebody else begins with a page of their own: nothing of the one before stays on it.
  if (signedIn.status === 'in')
    return <Fragment key={signedIn.user.id}>{children(signedIn.user)}</Fragment>
  if (signedIn.status === 'loading') {
    return (
      <p role="status" className="card animate-pulse px-4 py-16 text-center text-muted">
        {t('loading')}
      </p>
    )
  }
  const because = signedIn.because && t.has(signedIn.because) ? signedIn.because : 'nobody'
  return (
    <section className="card px-4 py-12 text-center" role="status">
      <h2 className="text-lg font-semibold">{t(`${because}-title`)}</h2>
      <p className="mx-auto mt-1 max-w-prose text-muted">{t(because, { mode })}</p>
      <Link
        href={`/sign-in?next=${encodeURIComponent(pathname)}`}
        prefetch={false}
        className="button button-primary mt-5"
      >
        {t('again')}
      </Link>
    </section>
  )
}
