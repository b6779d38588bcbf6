'use client'

import { useTranslations } from 'next-intl'
import type { FeedState } from '@/lib/client/wire-feed'
import { LIFETIMES, type Mode, type Settings } from '@/lib/settings'
import type { Credentials } from '@/lib/wire/exchanges'
import { Countdown } from './countdown'

type Props = { mode: Mode; credentials: Credentials; feed: FeedState; settings: Settings }

/** What this browser holds now, with the time each part has left, and what is in it. */
export function Credential({ mode, credentials, feed, settings }: Props) {
  const t = useTranslations('wire')
  const { session, token, refresh } = credentials
  const { clockOffset } = feed
  const held = mode === 'session' ? session : (token ?? refresh)
  return (
    <section data-mode={mode} aria-label={t('held')}>
      <h3 className="mb-2 text-sm font-semibold">{t('held')}</h3>
      {!held && <p className="text-sm text-muted">{t('nothing-held')}</p>}
      <div className="grid grid-cols-2 gap-4">
        {mode === 'session' && session && (
          <>
            <Countdown
              label={t('idle')}
              until={session.idleExpiresAt}
              of={settings.idleSeconds}
              clockOffset={clockOffset}
            />
            <Countdown
              label={t('absolute')}
              until={session.absoluteExpiresAt}
              of={settings.absoluteSeconds}
              clockOffset={clockOffset}
            />
          </>
        )}
        {mode === 'token' && token && (
          <Countdown
            label={t('access-token', { where: settings.tokenStorage })}
            until={token.expiresAt}
            of={settings.accessTokenSeconds}
            clockOffset={clockOffset}
          />
        )}
        {mode === 'token' && refresh && (
          <Countdown
            label={t('refresh-family')}
            until={refresh.expiresAt}
            of={LIFETIMES.refreshAbsolute}
            clockOffset={clockOffset}
          />
        )}
      </div>
      {held && (
        <details className="mt-3">
          <summary className="w-fit text-xs text-muted underline underline-offset-4">{t('look-inside')}</summary>
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
      )}
    </section>
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
