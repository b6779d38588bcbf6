'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { type JsonPart, type Reading, withMember } from '@/lib/labs/inspector/reading'

const SUGGESTED: [JsonPart, string][] = [
  ['claims', 'role'],
  ['claims', 'exp'],
  ['claims', 'iat'],
  ['claims', 'sub'],
  ['claims', 'aud'],
  ['claims', 'iss'],
  ['claims', 'jti'],
  ['claims', 'sid'],
  ['header', 'alg'],
  ['header', 'kid'],
  ['header', 'typ'],
]

/** Sets one member to whatever is typed: JSON where it is JSON, else a text. */
export function SetMember({
  reading,
  onAlter,
}: {
  reading: Reading
  onAlter(token: string): void
}) {
  const t = useTranslations('inspector')
  const [chosen, setChosen] = useState('claims.role')
  const [typed, setTyped] = useState('admin')
  const [part, name] = chosen.split('.') as [JsonPart, string]

  const choose = (next: string) => {
    const [nextPart, nextName] = next.split('.') as [JsonPart, string]
    const value = reading[nextPart].members?.[nextName]
    setChosen(next)
    setTyped(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
  }

  const set = (event: FormEvent) => {
    event.preventDefault()
    onAlter(withMember(reading, part, name, toValue(typed)))
  }

  return (
    <form onSubmit={set} className="flex flex-wrap items-end gap-3">
      <label className="block text-sm font-medium">
        {t('member-name')}
        <select
          className="field mt-1 font-mono text-sm"
          value={chosen}
          onChange={event => choose(event.target.value)}
        >
          {SUGGESTED.map(([ofPart, ofName]) => (
            <option key={ofName} value={`${ofPart}.${ofName}`}>
              {ofName} · {t(`part.${ofPart}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="block min-w-0 grow text-sm font-medium sm:max-w-xs">
        {t('member-value')}
        <input
          className="field mt-1 font-mono text-sm"
          value={typed}
          spellCheck={false}
          autoComplete="off"
          onChange={event => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="button min-h-11">
        {t('member-set')}
      </button>
    </form>
  )
}

function toValue(typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}
