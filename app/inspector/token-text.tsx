'use client'

import { useTranslations } from 'next-intl'
import { markDifference } from '@/lib/labs/inspector/difference'
import type { Reading } from '@/lib/labs/inspector/reading'
import { CopyButton } from '../_components/wire/raw-exchange'

const PARTS = ['header', 'claims', 'signature'] as const

/**
 * Told apart by hue and by line: header plain, claims in the hue of token mode, signature dotted.
 */
const LOOKS = {
  header: 'text-ink',
  claims: 'text-hue',
  signature: 'text-muted underline decoration-dotted underline-offset-4',
}

/**
 * The token as it is on the wire, in its parts; an altered one beside what it was, with what
 * differs marked.
 */
export function TokenText({ original, reading }: { original: Reading; reading: Reading }) {
  const t = useTranslations('inspector')
  const isAltered = original.token !== reading.token
  return (
    <section aria-label={t('text')}>
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 className="font-semibold">{t('text')}</h2>
        <ul className="flex flex-wrap gap-x-4 text-xs" aria-label={t('parts')}>
          {PARTS.map(part => (
            <li key={part} className={LOOKS[part]}>
              {t(`part.${part}`)}
            </li>
          ))}
        </ul>
        <span className="ml-auto flex items-center gap-3">
          <span className="font-mono text-xs text-muted">
            {t('size', { bytes: reading.sizeBytes })}
          </span>
          <CopyButton label={t('copy')} text={() => reading.token} />
        </span>
      </div>
      <div className={isAltered ? 'grid gap-3 lg:grid-cols-2' : ''}>
        {isAltered && <Text label={t('original')} reading={original} other={null} />}
        <Text
          label={isAltered ? t('altered') : null}
          reading={reading}
          other={isAltered ? original : null}
        />
      </div>
      {reading.parts !== 3 && (
        <p className="mt-2 text-sm text-bad">{t('not-three', { count: reading.parts })}</p>
      )}
    </section>
  )
}

function Text({
  label,
  reading,
  other,
}: {
  label: string | null
  reading: Reading
  other: Reading | null
}) {
  const was = other?.token.split('.')
  const parts = reading.token.split('.')
  return (
    <div className="min-w-0">
      {label && <p className="mb-1 text-xs font-medium text-muted">{label}</p>}
      <p data-token className="rounded-lg bg-sunken p-3 font-mono text-xs leading-5 break-all">
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a token are told apart by their place
          <span key={index}>
            {index > 0 && '.'}
            <span className={LOOKS[PARTS[index] ?? 'signature']}>
              <Marked text={part} was={was ? (was[index] ?? '') : part} />
            </span>
          </span>
        ))}
      </p>
    </div>
  )
}

function Marked({ text, was }: { text: string; was: string }) {
  if (text === was) return text
  const [head, differs, tail] = markDifference(was, text)
  return (
    <>
      {head}
      {differs && (
        <mark className="rounded-sm bg-bad-soft px-px text-bad no-underline">{differs}</mark>
      )}
      {tail}
    </>
  )
}
