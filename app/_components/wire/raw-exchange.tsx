'use client'

import { Check, Copy, Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { putBack } from '@/lib/client/own-token'
import { toCurl } from '@/lib/wire/view/curl'
import {
  type Answer,
  answerOf,
  type Exchange,
  type Request,
  requestOf,
} from '@/lib/wire/view/exchanges'
import { useOwnToken } from './use-wire'

const CREDENTIAL_HEADERS = new Set(['cookie', 'authorization', 'set-cookie', 'www-authenticate'])

/** What matters for signing in; the other headers are a click away. */
const TELLING_HEADERS = new Set([
  ...CREDENTIAL_HEADERS,
  'auth-mode',
  'wire-channel',
  'origin',
  'sec-fetch-site',
  'content-type',
  'cache-control',
  'retry-after',
  'allow',
  'authscope-instance',
  'user-agent',
])

/**
 * Request and answer as they were read and written by the server, secrets as fingerprints; the
 * token that this page holds is put back.
 */
export function RawExchange({
  exchange,
  pairingCode,
}: {
  exchange: Exchange
  pairingCode: string | null
}) {
  const t = useTranslations('wire')
  const own = useOwnToken()
  const request = putBack(requestOf(exchange), own)
  const answer = putBack(answerOf(exchange), own)
  if (!request) return null
  return (
    <div data-mode={exchange.mode ?? 'none'}>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h3 className="mr-auto text-sm font-semibold">{t('raw')}</h3>
        <CopyButton
          label="curl"
          text={() => toCurl(request, window.location.origin, pairingCode)}
        />
        <button
          type="button"
          className="button min-h-8 px-2.5 text-xs"
          onClick={() => void download(exchange)}
        >
          <Download aria-hidden className="size-3.5" />
          HAR
        </button>
      </div>
      <Lines label={t('request')} first={`${request.method} ${request.target}`} message={request} />
      {answer && <Lines label={t('answer')} first={`HTTP ${answer.status}`} message={answer} />}
    </div>
  )
}

function Lines({
  label,
  first,
  message,
}: {
  label: string
  first: string
  message: Request | Answer
}) {
  const t = useTranslations('wire')
  const telling = message.headers.filter(([name]) => TELLING_HEADERS.has(name))
  const rest = message.headers.filter(([name]) => !TELLING_HEADERS.has(name))
  const hasBody = message.body !== undefined && message.body !== null
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="mt-2 max-h-72 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs leading-5"
    >
      <p className="font-semibold text-hue">{first}</p>
      {telling.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message's lines keep their order, and may be equal
        <HeaderRow key={index} name={name} value={value} />
      ))}
      {rest.length > 0 && (
        <details className="text-muted">
          <summary className="w-fit">{t('more-headers', { count: rest.length })}</summary>
          {rest.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a message's lines keep their order, and may be equal
            <HeaderRow key={index} name={name} value={value} />
          ))}
        </details>
      )}
      {hasBody && (
        <pre className="mt-2 whitespace-pre-wrap [overflow-wrap:anywhere]">
          {JSON.stringify(message.body, null, 2)}
        </pre>
      )}
    </section>
  )
}

function HeaderRow({ name, value }: { name: string; value: string }) {
  return (
    <p data-header={name} className="[overflow-wrap:anywhere]">
      <span className="text-muted">{name}: </span>
      <span className={CREDENTIAL_HEADERS.has(name) ? 'rounded bg-hue-soft text-hue' : ''}>
        {value}
      </span>
    </p>
  )
}

/** Copies what `text` makes at that moment, and says so. */
export function CopyButton({ label, text }: { label: string; text(): string }) {
  const t = useTranslations('wire')
  const [copied, setCopied] = useState(false)
  const Icon = copied ? Check : Copy
  const copy = async () => {
    await navigator.clipboard.writeText(text())
    setCopied(true)
    window.setTimeout(() => setCopied(false), 2000)
  }
  return (
    <button type="button" className="button min-h-8 px-2.5 text-xs" onClick={() => void copy()}>
      <Icon aria-hidden className="size-3.5" />
      {copied ? t('copied') : label}
    </button>
  )
}

async function download(exchange: Exchange): Promise<void> {
  const { toHar } = await import('@/lib/wire/view/har')
  const har = new Blob([JSON.stringify(toHar([exchange], window.location.origin), null, 2)], {
    type: 'application/json',
  })
  const address = URL.createObjectURL(har)
  const link = Object.assign(document.createElement('a'), {
    href: address,
    download: `authscope-${exchange.traceId.slice(0, 8)}.har`,
  })
  link.click()
  URL.revokeObjectURL(address)
}
