'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Fragment, type ReactNode, useRef } from 'react'
import { type User, useApp } from './app-state'

/**
 * Shows a page's content to whoever is signed in; to others, why there is nothing to see and the
 * way back. Until it is known who that is, `null`, the content keeps the room of what is to come.
 */
export function SignedInOnly({ children }: { children(user: User | null): ReactNode }) {
  const t = useTranslations('out')
  const pathname = usePathname()
  const { signedIn, mode } = useApp()
  // Whoever is first takes over the page that waited for them. Somebody else begins with a page of
  // their own: nothing of the one before stays on it.
  const user = signedIn.status === 'in' ? signedIn.user : null
  const first = useRef(user?.id)
  first.current ??= user?.id
  const owner = user?.id ?? first.current
  if (signedIn.status !== 'out')
    return (
      <Fragment key={owner === first.current ? 'first' : owner}>
        {signedIn.status === 'loading' && (
          <p role="status" className="sr-only">
            {t('loading')}
          </p>
        )}
        <fieldset disabled={!user} className="contents">
          {children(user)}
        </fieldset>
      </Fragment>
    )
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
