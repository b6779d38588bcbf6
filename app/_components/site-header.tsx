'use client'

import { Activity, Hourglass, Languages, LogOut, Moon, Sun, SunMoon } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApp } from './app-state'
import { useProblem } from './field'
import { ModeMark } from './mode-mark'
import { Notice } from './notice'

const PAGES = [
  '/',
  '/inspector',
  '/storage',
  '/source',
  '/dashboard',
  '/devices',
  '/settings',
  // The last, since it comes when the role is known.
  '/admin',
] as const
const THEMES = {
  system: { icon: SunMoon, next: 'light' },
  light: { icon: Sun, next: 'dark' },
  dark: { icon: Moon, next: 'system' },
} as const

/** Name, pages, who is signed in and how. */
export function SiteHeader() {
  const t = useTranslations('nav')
  const pathname = usePathname()
  const { signedIn, mode, settings, changeSettings } = useApp()
  const user = signedIn.status === 'in' ? signedIn.user : null
  const shown = PAGES.filter(page => page !== '/admin' || user?.role === 'admin')
  const Theme = THEMES[settings.theme]
  const other = settings.language === 'en' ? 'ko' : 'en'
  return (
    <header className="border-b border-line bg-paper">
      <div className="mx-auto flex max-w-[90rem] flex-wrap items-center gap-x-6 gap-y-2 px-4 py-2.5 sm:px-8">
        <Link
          href="/"
          prefetch={false}
          className="flex items-center gap-2 py-1 font-semibold"
          aria-label="Authscope"
        >
          <Activity aria-hidden className="size-5" />
          <span>Authscope</span>
        </Link>
        <nav
          aria-label={t('pages')}
          className="order-last -mx-1 flex w-full gap-1 overflow-x-auto text-sm xl:order-none xl:w-auto"
        >
          {shown.map(page => (
            <Link
              key={page}
              href={page}
              prefetch={false}
              aria-current={pathname === page ? 'page' : undefined}
              className="whitespace-nowrap rounded-md px-2.5 py-1.5 text-muted hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {t(page === '/' ? 'home' : page.slice(1))}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex min-w-0 items-center gap-1.5">
          {user && <span className="hidden max-w-44 truncate text-sm lg:inline">{user.name}</span>}
          <Link
            href="/settings"
            prefetch={false}
            className="flex items-center gap-1.5 rounded-md bg-hue-soft px-2.5 py-1.5 font-mono text-xs text-hue"
            aria-label={t('mode', { mode })}
          >
            <ModeMark mode={mode} />
            {mode}
          </Link>
          <IconButton
            label={t('theme', { theme: settings.theme })}
            onClick={() => void changeSettings({ theme: Theme.next })}
          >
            <Theme.icon aria-hidden className="size-4" />
          </IconButton>
          <button
            type="button"
            lang={other}
            className="button min-h-9 px-2.5"
            onClick={() => void changeSettings({ language: other })}
          >
            <Languages aria-hidden className="size-4" />
            {other === 'ko' ? '한국어' : 'English'}
          </button>
          <Who />
        </div>
      </div>
      <Waiting />
      <Failure />
    </header>
  )
}

/** That a refresh waits because there was one a moment ago, and for how long. */
function Waiting() {
  const t = useTranslations('nav')
  const { waitingSeconds } = useApp()
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-20 flex justify-center px-4"
    >
      {waitingSeconds !== null && (
        <p className="flex items-center gap-2 rounded-lg border border-line bg-paper px-3.5 py-2.5 text-sm shadow-lg">
          <Hourglass aria-hidden className="size-4 shrink-0" />
          {t('waiting', { seconds: waitingSeconds })}
        </p>
      )}
    </div>
  )
}

/** What could not be done, where there is no better place to say it. */
function Failure() {
  const t = useTranslations('nav')
  const { failure, dismissFailure } = useApp()
  const problem = useProblem()
  if (!failure) return null
  return (
    <div className="mx-auto flex max-w-[90rem] items-center gap-2 px-4 pb-2.5 sm:px-8">
      <div className="grow">
        <Notice kind="bad">{problem.say(failure)}</Notice>
      </div>
      <button type="button" className="button" onClick={dismissFailure}>
        {t('dismiss')}
      </button>
    </div>
  )
}

/** Whichever is of use has the same room, so that nothing beside it moves when that is known. */
function Who() {
  const t = useTranslations('nav')
  const pathname = usePathname()
  const { signedIn, signOut } = useApp()
  const { status } = signedIn
  return (
    <div className="grid *:[grid-area:1/1]">
      {status === 'loading' && <span aria-hidden className="animate-pulse rounded-lg bg-sunken" />}
      <Link
        href="/sign-in"
        prefetch={false}
        aria-current={pathname === '/sign-in' ? 'page' : undefined}
        className={`button min-h-9 whitespace-nowrap px-2.5 ${status === 'out' ? '' : 'invisible'}`}
      >
        {t('sign-in')}
      </Link>
      <button
        type="button"
        className={`button min-h-9 whitespace-nowrap px-2.5 ${status === 'in' ? '' : 'invisible'}`}
        onClick={() => void signOut()}
      >
        <LogOut aria-hidden className="size-4" />
        <span className="sr-only sm:not-sr-only">{t('sign-out')}</span>
      </button>
    </div>
  )
}

function IconButton({
  label,
  onClick,
  children,
}: {
  label: string
  onClick(): void
  children: React.ReactNode
}) {
  return (
    <button
      type="button"
      className="button min-h-9 w-9 px-0"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
