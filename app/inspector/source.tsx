'use client'

import { ShieldCheck, X } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useApp } from '../_components/app-state'
import { useReady } from '../_components/use-ready'

/** Where the token comes from: this page's own, or whatever is pasted. */
export function Source({ pasted, onPaste }: { pasted: string; onPaste(text: string): void }) {
  const t = useTranslations('inspector')
  const ready = useReady()
  return (
    <div className="p-4 sm:p-6">
      <div className="mb-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <label htmlFor="token" className="font-semibold">
          {t('source')}
        </label>
        <div className="flex flex-wrap items-center gap-2">
          <Own onTake={onPaste} />
          {pasted !== '' && (
            <button type="button" className="button min-h-9" onClick={() => onPaste('')}>
              <X aria-hidden className="size-4" />
              {t('clear')}
            </button>
          )}
        </div>
      </div>
      <textarea
        id="token"
        className="field block resize-y font-mono text-xs leading-5 break-all"
        rows={pasted === '' ? 5 : 3}
        value={pasted}
        disabled={!ready}
        placeholder={t('placeholder')}
        aria-describedby="token-stays"
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        onChange={event => onPaste(event.target.value)}
      />
      <p id="token-stays" className="mt-2 flex items-start gap-2 text-sm text-muted">
        <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
        {t('stays')}
      </p>
    </div>
  )
}

/** The token this page holds, or how to get one. */
function Own({ onTake }: { onTake(token: string): void }) {
  const t = useTranslations('inspector')
  const { api, mode, signedIn } = useApp()
  const own = signedIn.status === 'in' && mode === 'token' ? api.keeper.get() : null
  if (own)
    return (
      <button
        type="button"
        className="button button-primary min-h-9"
        onClick={() => onTake(api.keeper.get() ?? own)}
      >
        {t('take')}
      </button>
    )
  if (signedIn.status === 'loading' && mode === 'token')
    return (
      <button type="button" className="button button-primary min-h-9" disabled>
        {t('take')}
      </button>
    )
  const way =
    mode === 'token'
      ? { to: '/sign-in?next=/inspector', text: 'to-sign-in' }
      : { to: '/settings', text: 'to-settings' }
  return (
    <p className="text-sm text-muted">
      {t(`none-${mode}`)}{' '}
      <Link href={way.to} prefetch={false} className="text-ink underline underline-offset-4">
        {t(way.text)}
      </Link>
    </p>
  )
}
