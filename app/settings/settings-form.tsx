'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { ALGORITHMS, LIFETIMES, MODES, type Settings } from '@/lib/settings/settings'
import { useApp } from '../_components/app-state'
import { useProblem } from '../_components/field'
import { ModeMark } from '../_components/mode-mark'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { useReady } from '../_components/use-ready'
import { WirePanel } from '../_components/wire/wire-panel'
import { type Facts, ServerFacts } from './server-facts'

const LIFETIME_FIELDS = [
  { name: 'idleSeconds', min: 5, max: LIFETIMES.sessionIdle, mode: 'session' },
  { name: 'absoluteSeconds', min: 10, max: LIFETIMES.sessionAbsolute, mode: 'session' },
  { name: 'accessTokenSeconds', min: 5, max: LIFETIMES.accessToken, mode: 'token' },
] as const

/** Choices that are about the page and take effect at once. */
const AT_ONCE = new Set(['theme', 'language', 'tokenStorage'])

/** Everything a browser can choose for itself, saved the moment it is chosen. */
export function SettingsForm({ facts }: { facts: Facts }) {
  const t = useTranslations('settings')
  const ready = useReady()
  const { settings, demo, signedIn, changeSettings } = useApp()
  const problem = useProblem()
  const [said, setSaid] = useState<{ kind: 'good' | 'bad'; text: string } | null>(null)

  async function save(patch: Partial<Settings>) {
    const answer = await changeSettings(patch)
    const [name] = Object.keys(patch)
    if (answer.status !== 200) {
      const wrong = Object.values(problem.fieldErrors(answer))[0]
      setSaid({
        kind: 'bad',
        text: wrong ? `${t(name as 'theme')}: ${wrong}` : problem.say(answer),
      })
    } else if (patch.mode && patch.mode !== settings.mode) {
      const { signInEnded } = answer.body as { signInEnded?: boolean }
      setSaid({
        kind: 'good',
        text: t(signInEnded ? 'switched-ended' : 'switched', { mode: patch.mode }),
      })
    } else setSaid({ kind: 'good', text: t(AT_ONCE.has(name ?? '') ? 'saved-now' : 'saved') })
  }

  const select = <N extends 'algorithm' | 'tokenStorage' | 'revocation' | 'theme'>(
    name: N,
    options: readonly Settings[N][],
    hint: string,
  ) => (
    <Row label={t(name as 'theme')} hint={hint} id={name}>
      <select
        id={name}
        className="field"
        value={settings[name]}
        disabled={!ready}
        onChange={event => void save({ [name]: event.target.value })}
      >
        {options.map(option => (
          <option key={option} value={option}>
            {t.has(`option.${option}` as 'option.none')
              ? t(`option.${option}` as 'option.none')
              : option}
          </option>
        ))}
      </select>
    </Row>
  )

  return (
    <>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
        <div className="space-y-6">
          <fieldset className="card p-4" disabled={!ready}>
            <legend className="float-left w-full font-semibold">{t('mode')}</legend>
            <p className="clear-both mb-3 text-sm text-muted">{t('mode-note')}</p>
            <div className="grid gap-3 sm:grid-cols-2">
              {MODES.map(mode => (
                <label
                  key={mode}
                  data-mode={mode}
                  className="flex cursor-pointer items-start gap-3 rounded-lg border border-line p-3 has-checked:border-hue has-checked:bg-hue-soft has-focus-visible:outline-2 has-focus-visible:outline-hue"
                >
                  <input
                    type="radio"
                    name="mode"
                    value={mode}
                    checked={settings.mode === mode}
                    onChange={() => void save({ mode })}
                    className="mt-1 accent-(--hue)"
                  />
                  <span>
                    <span className="flex items-center gap-2 font-medium">
                      <ModeMark mode={mode} />
                      {t(`mode-${mode}`)}
                    </span>
                    <span className="block text-sm text-muted">{t(`mode-${mode}-note`)}</span>
                  </span>
                </label>
              ))}
            </div>
            <div className="mt-3 space-y-2">
              {signedIn.status === 'out' && (
                <Link href="/sign-in" prefetch={false} className="button">
                  {t('sign-in')}
                </Link>
              )}
            </div>
          </fieldset>

          <section className="card divide-y divide-line px-4" aria-label={t('lifetimes')}>
            <h2 className="py-3 font-semibold">{t('lifetimes')}</h2>
            {LIFETIME_FIELDS.map(({ name, min, max }) => (
              <Row key={name} id={name} label={t(name)} hint={t('seconds', { min, max })}>
                <Seconds
                  key={settings[name]}
                  id={name}
                  value={settings[name]}
                  min={min}
                  max={max}
                  disabled={!ready}
                  onSave={value => void save({ [name]: value })}
                  onWrong={() =>
                    setSaid({ kind: 'bad', text: t('whole-seconds', { label: t(name), min, max }) })
                  }
                />
              </Row>
            ))}
          </section>

          <section className="card divide-y divide-line px-4" aria-label={t('token')}>
            <h2 className="py-3 font-semibold">{t('token')}</h2>
            {select('algorithm', demo ? ALGORITHMS : [settings.algorithm], t('algorithm-note'))}
            {select(
              'tokenStorage',
              demo ? ['memory', 'sessionStorage', 'localStorage'] : ['memory', 'sessionStorage'],
              t('tokenStorage-note'),
            )}
            <Row id="refresh" label={t('refresh')} hint={t('refresh-note')}>
              <input
                id="refresh"
                type="checkbox"
                className="size-5 accent-(--ink)"
                checked={settings.refresh}
                disabled={!ready}
                onChange={event => void save({ refresh: event.target.checked })}
              />
            </Row>
            {select('revocation', demo ? ['denylist', 'none'] : ['denylist'], t('revocation-note'))}
            {settings.revocation === 'none' && (
              <div className="py-3">
                <Notice kind="bad">{t('revocation-warning')}</Notice>
              </div>
            )}
          </section>

          <section className="card divide-y divide-line px-4" aria-label={t('appearance')}>
            <h2 className="py-3 font-semibold">{t('appearance')}</h2>
            <Row id="language" label={t('language')}>
              <select
                id="language"
                className="field"
                value={settings.language}
                disabled={!ready}
                onChange={event => void save({ language: event.target.value as 'en' | 'ko' })}
              >
                <option value="en">English</option>
                <option value="ko">한국어</option>
              </select>
            </Row>
            {select('theme', ['system', 'light', 'dark'], '')}
          </section>
          <ServerFacts facts={facts} />
        </div>
        <WirePanel />
      </div>
      {said && (
        <div className="fixed inset-x-4 bottom-4 z-20 mx-auto max-w-lg rounded-lg border border-line shadow-lg">
          <Notice kind={said.kind}>{said.text}</Notice>
        </div>
      )}
    </>
  )
}

function Row({
  id,
  label,
  hint,
  children,
}: {
  id: string
  label: string
  hint?: string
  children: ReactNode
}) {
  return (
    <div className="grid items-center gap-x-6 gap-y-2 py-3 sm:grid-cols-[minmax(0,1fr)_12rem]">
      <div>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {hint && <p className="text-xs text-muted">{hint}</p>}
      </div>
      {children}
    </div>
  )
}

type SecondsProps = {
  id: string
  value: number
  min: number
  max: number
  disabled: boolean
  onSave(value: number): void
  onWrong(): void
}

/** A number of seconds, saved when it is finished; what cannot be saved stays to be mended. */
function Seconds({ id, value, min, max, disabled, onSave, onWrong }: SecondsProps) {
  const [typed, setTyped] = useState(String(value))
  const [sent, setSent] = useState(String(value))
  const seconds = Number(typed)
  const isFit = Number.isInteger(seconds) && seconds >= min && seconds <= max
  const finish = () => {
    if (typed === sent) return
    setSent(typed)
    if (isFit) onSave(seconds)
    else onWrong()
  }
  return (
    <input
      id={id}
      type="number"
      inputMode="numeric"
      className="field font-mono"
      aria-invalid={!isFit}
      {...{ min, max, disabled }}
      value={typed}
      onChange={event => setTyped(event.target.value)}
      onBlur={finish}
      onKeyDown={event => event.key === 'Enter' && finish()}
    />
  )
}
