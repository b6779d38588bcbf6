'use client'

import type { JWK } from 'jose'
import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { applyPreset, PRESETS, type Preset } from '@/lib/labs/inspector/presets'
import {
  type JsonPart,
  type Reading,
  withoutSignature,
  withSignatureOf,
  withText,
} from '@/lib/labs/inspector/reading'
import { SetMember } from './set-member'

type Props = {
  original: Reading
  reading: Reading
  published: readonly JWK[]
  onAlter(token: string): void
}

/** Ways to alter a token: what attackers are known for, one member, or the very text of a part. */
export function Alter({ original, reading, published, onAlter }: Props) {
  const t = useTranslations('inspector')
  const [chosen, setChosen] = useState<{ preset: Preset; token: string | null } | null>(null)
  const isAltered = original.token !== reading.token
  // What was made of a preset is still that only as long as nothing else was altered.
  const current =
    chosen && (chosen.token === null || chosen.token === reading.token) ? chosen : null

  async function choose(preset: Preset) {
    const token = await applyPreset(preset, original, published)
    setChosen({ preset, token })
    onAlter(token ?? original.token)
  }

  return (
    <section aria-label={t('alter')} className="border-t border-line p-4 sm:px-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-2 font-semibold">{t('alter')}</h2>
        {PRESETS.map(preset => (
          <button
            key={preset}
            type="button"
            className="button min-h-9 aria-pressed:border-hue aria-pressed:bg-hue-soft aria-pressed:text-hue"
            aria-pressed={isAltered && current?.preset === preset}
            onClick={() => void choose(preset)}
          >
            {t(`preset.${preset}`)}
          </button>
        ))}
        {isAltered && (
          <button type="button" className="button min-h-9" onClick={() => onAlter(original.token)}>
            <RotateCcw aria-hidden className="size-4" />
            {t('undo')}
          </button>
        )}
      </div>
      {current && (isAltered || current.token === null) && (
        <p role="status" className="mt-2 max-w-prose text-sm text-muted">
          {t(current.token === null ? 'preset-impossible' : `preset-note.${current.preset}`)}
        </p>
      )}
      <details className="mt-3">
        <summary className="w-fit text-sm text-muted underline underline-offset-4">
          {t('by-hand')}
        </summary>
        <div className="mt-3 space-y-4">
          <SetMember reading={reading} onAlter={onAlter} />
          <div className="grid gap-4 lg:grid-cols-2">
            {(['header', 'claims'] as const).map(part => (
              <PartText key={part} {...{ part, reading, onAlter }} />
            ))}
          </div>
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-sm font-medium">{t('part.signature')}</span>
            <button
              type="button"
              className="button min-h-9"
              onClick={() => onAlter(withoutSignature(reading))}
            >
              {t('signature-remove')}
            </button>
            <button
              type="button"
              className="button min-h-9"
              onClick={() => onAlter(withSignatureOf(reading, original.token))}
            >
              {t('signature-keep')}
            </button>
          </div>
        </div>
      </details>
    </section>
  )
}

/** The text of one part: exactly what is typed is what is encoded, be it JSON or not. */
function PartText({
  part,
  reading,
  onAlter,
}: {
  part: JsonPart
  reading: Reading
  onAlter(token: string): void
}) {
  const t = useTranslations('inspector')
  return (
    <label className="block text-sm font-medium">
      {t('raw', { part: t(`part.${part}`) })}
      <textarea
        className="field mt-1 block resize-y font-mono text-xs leading-5 font-normal break-all"
        rows={5}
        spellCheck={false}
        value={reading[part].text ?? ''}
        onChange={event => onAlter(withText(reading, part, event.target.value))}
      />
    </label>
  )
}
