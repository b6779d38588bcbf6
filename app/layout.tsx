import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import { getLocale, getTranslations } from 'next-intl/server'
import { app } from '@/lib/app'
import { COOKIES } from '@/lib/http/cookies'
import { isLinkedFromElsewhere } from '@/lib/http/incoming'
import { openSettings } from '@/lib/settings/cookie'
import { AppStateProvider } from './_components/app-state'
import { SiteHeader } from './_components/site-header'
import { RestOfFonts } from './_fonts/rest'
import { Messages } from './_i18n/messages'

// Every page carries a nonce of its own, so none can be made in advance.
export const dynamic = 'force-dynamic'

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfaf6' },
    { media: '(prefers-color-scheme: dark)', color: '#131415' },
  ],
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('app')
  return {
    title: { default: `Authscope · ${t('tagline')}`, template: '%s · Authscope' },
    description: t('description'),
  }
}

export default async function Layout({ children }: { children: React.ReactNode }) {
  const jar = await cookies()
  const { passwordsFor, config } = app()
  const settings = await openSettings(
    jar.get(COOKIES.settings)?.value,
    passwordsFor.settings,
    config,
  )
  // What it may carry that is not seen here is for the page to find out.
  const mayRefresh = jar.has(COOKIES.refresh) || isLinkedFromElsewhere(await headers())
  const carries = { session: jar.has(COOKIES.session), refresh: mayRefresh }
  const locale = await getLocale()
  const t = await getTranslations('app')
  return (
    <html lang={locale} data-theme={settings.theme}>
      <body className="min-h-dvh">
        <Messages of={['app', 'nav', 'problem']}>
          <AppStateProvider
            initial={{
              settings: { ...settings, language: locale as 'en' | 'ko' },
              demo: config.demo,
              wire: config.wire,
              carries,
            }}
          >
            <a
              href="#main"
              className="button sr-only focus:not-sr-only focus:fixed focus:left-4 focus:top-3 focus:z-50"
            >
              {t('skip')}
            </a>
            <SiteHeader />
            <RestOfFonts />
            <main
              id="main"
              tabIndex={-1}
              className="mx-auto w-full max-w-[90rem] px-4 pb-20 pt-6 outline-none sm:px-8 sm:pt-10"
            >
              {children}
            </main>
          </AppStateProvider>
        </Messages>
      </body>
    </html>
  )
}
