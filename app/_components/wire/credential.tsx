'use client'

import { useTranslations } from 'next-intl'
import type { FeedState } from '@/lib/client/wire-feed'
import type { Mode, Settings } from '@/lib/settings/settings'
import type { Credentials } from '@/lib/wire/view/credentials'
import { useApp } from '../app-state'
import { Countdown } from './countdown'

type Props = {
  mode: Mode
  credentials: Credentials
  feed: FeedState
  settings: Pick<Settings, 'tokenStorage' | 'refresh'>
  /** Somebody is signed in, or may be: what is not known yet has its place all the same. */
  isExpected?: boolean
}

/** How long each part of what this browser holds is still good. */
export function Countdowns({ mode, credentials, feed, settings, isExpected = false }: Props) {
  const t = useTranslations('wire')
  const { signedIn, reload } = useApp()
  const { session, token, refresh } = credentials
  // What has ended by itself nobody tells: the page asks. A token that can be renewed is, at its
  // next use.
  const ask = signedIn.status === 'in' ? () => void reload() : undefined
  const isHeld = mode === 'session' ? session : (token ?? refresh)
  if (!isHeld && !isExpected)
    return <p className="min-h-16 text-sm text-muted">{t('nothing-held')}</p>
  const parts =
    mode === 'session'
      ? [
          { label: t('idle'), until: session?.idleExpiresAt ?? null, onOver: ask },
          { label: t('absolute'), until: session?.absoluteExpiresAt ?? null, onOver: ask },
        ]
      : [
          {
            label: t('access-token', { where: settings.tokenStorage }),
            until: token?.expiresAt ?? null,
            onOver: refresh ? undefined : ask,
          },
          ...(settings.refresh || refresh
            ? [{ label: t('refresh-family'), until: refresh?.expiresAt ?? null, onOver: ask }]
            : []),
        ]
  return (
    <div data-mode={mode} className="grid min-h-16 grid-cols-2 gap-4">
      {parts.map(part => (
        <Countdown key={part.label} {...part} clockOffset={feed.clockOffset} />
      ))}
    </div>
  )
}

/** What is in it, decoded as far as anyone can. */
export function Inside({
  mode,
  credentials: { session, token },
}: Pick<Props, 'mode' | 'credentials'>) {
  const t = useTranslations('wire')
  if (mode === 'session' ? !session : !token) return null
  return (
    <details data-mode={mode}>
      <summary className="w-fit text-xs text-muted underline underline-offset-4">
        {t('look-inside')}
      </summary>
      {mode === 'token' && token && <Jwt {...token} />}
      {mode === 'session' && session && (
        <>
          <p className="mt-2 rounded-lg bg-sunken p-3 font-mono text-xs [overflow-wrap:anywhere]">
            __Host-session={session.seal ?? '…'}
          </p>
          <p className="mt-2 text-xs text-muted">{t('seal-note')}</p>
        </>
      )}
    </details>
  )
}

/** A token as it is and as it reads: the header and the claims are plain text for anyone. */
function Jwt({
  accessToken,
  header,
  claims,
}: {
  accessToken: string
  header: Record<string, unknown>
  claims: Record<string, unknown>
}) {
  const t = useTranslations('wire')
  const [head, payload, signature] = accessToken.split('.')
  return (
    <div className="mt-3 space-y-2 font-mono text-xs">
      <p className="rounded-lg bg-sunken p-3 leading-5 [overflow-wrap:anywhere]">
        <span className="text-muted">{head}</span>.<span className="text-hue">{payload}</span>.
        <span className="text-muted underline decoration-dotted">{signature}</span>
      </p>
      <div className="grid gap-2 sm:grid-cols-2">
        <pre className="overflow-auto whitespace-pre-wrap rounded-lg bg-sunken p-3">
          {JSON.stringify(header, null, 1)}
        </pre>
        <pre className="overflow-auto whitespace-pre-wrap rounded-lg bg-sunken p-3 text-hue [overflow-wrap:anywhere]">
          {JSON.stringify(claims, null, 1)}
        </pre>
      </div>
      <p className="font-sans text-muted">{t('jwt-note')}</p>
    </div>
  )
}
