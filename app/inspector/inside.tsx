'use client'

import { useTranslations } from 'next-intl'
import { compareMembers } from '@/lib/labs/inspector/difference'
import type { JsonPart, Reading } from '@/lib/labs/inspector/reading'
import { Member } from './member'

/**
 * What a token says, part by part, whatever of it can be read; what was altered stands beside what
 * it was.
 */
export function Inside({ original, reading }: { original: Reading; reading: Reading }) {
  const t = useTranslations('inspector')
  const { signature } = reading
  return (
    <>
      {(['header', 'claims'] as const).map(part => (
        <Part key={part} part={part} original={original} reading={reading} />
      ))}
      <section aria-label={t('part.signature')}>
        <h2 className="font-semibold">{t('part.signature')}</h2>
        <p className="mt-1 text-sm text-muted">
          {signature.encoded === ''
            ? t('signature-empty')
            : signature.bytes === null
              ? t('signature-unreadable')
              : t('signature-bytes', { bytes: signature.bytes })}
        </p>
      </section>
    </>
  )
}

function Part({
  part,
  original,
  reading,
}: {
  part: JsonPart
  original: Reading
  reading: Reading
}) {
  const t = useTranslations('inspector')
  const { members, problem, text } = reading[part]
  return (
    <section aria-label={t(`part.${part}`)}>
      <h2 className="font-semibold">
        {t(`part.${part}`)}{' '}
        <span className="font-normal text-muted text-sm">{t(`part-note.${part}`)}</span>
      </h2>
      {problem && <p className="mt-1 text-sm text-bad">{t(`unreadable.${problem}`)}</p>}
      {problem && text !== null && (
        <pre className="mt-2 whitespace-pre-wrap rounded-lg bg-sunken p-3 font-mono text-xs break-all">
          {text}
        </pre>
      )}
      {members && (
        <dl className="mt-1 divide-y divide-line">
          {compareMembers(original[part].members ?? members, members).map(change => (
            <Member key={change.name} change={change} value={members[change.name]} />
          ))}
        </dl>
      )}
    </section>
  )
}
