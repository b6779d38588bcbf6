'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { readToken, tokenIn } from '@/lib/labs/inspector/reading'
import { PageHead } from '../_components/page-head'
import { Alter } from './alter'
import { Checks } from './checks'
import { Inside } from './inside'
import { Seal } from './seal'
import { Send } from './send'
import { Source } from './source'
import { TokenText } from './token-text'
import { usePublishedKeys, useVerdict } from './use-verdict'

/**
 * A token taken apart, checked by the server's own gate, altered and sent. What is pasted stays
 * here until it is sent on purpose.
 */
export function Inspector({ issuer, audience }: { issuer: string; audience: string }) {
  const t = useTranslations('inspector')
  const [pasted, setPasted] = useState('')
  const [altered, setAltered] = useState<string | null>(null)
  const original = useMemo(() => readToken(tokenIn(pasted)), [pasted])
  const reading = useMemo(
    () => (altered === null ? original : readToken(altered)),
    [altered, original],
  )
  const keys = usePublishedKeys(reading)
  const verdict = useVerdict(reading.token, keys, issuer, audience)
  const look = (text: string) => {
    setPasted(text)
    setAltered(null)
  }
  const alter = (token: string) => setAltered(token === original.token ? null : token)
  return (
    <>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <div data-mode="token" className="card overflow-hidden">
        <Source pasted={pasted} onPaste={look} />
        {original.token !== '' && (
          <>
            <Alter {...{ original, reading, published: keys.published }} onAlter={alter} />
            <div className="grid border-t border-line xl:grid-cols-[minmax(0,1fr)_minmax(0,27rem)]">
              <div className="min-w-0 space-y-6 p-4 sm:p-6">
                <TokenText original={original} reading={reading} />
                <Inside original={original} reading={reading} />
              </div>
              <div className="border-t border-line p-4 sm:p-6 xl:border-t-0 xl:border-l">
                <Checks verdict={verdict} keys={keys} />
              </div>
            </div>
            <Send key={reading.token} token={reading.token} isAltered={altered !== null} />
          </>
        )}
      </div>
      <Seal />
    </>
  )
}
