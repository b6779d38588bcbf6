'use client'

import { useTranslations } from 'next-intl'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import type { Mode } from '@/lib/settings/settings'
import { useApp } from '../_components/app-state'
import { Blank } from '../_components/blank'
import { Field, type FieldErrors, useProblem } from '../_components/field'
import { ModeMark } from '../_components/mode-mark'
import { Notice } from '../_components/notice'
import { PageHead } from '../_components/page-head'
import { SignedInOnly } from '../_components/signed-out'
import { useMoment } from '../_components/use-moment'
import { WirePanel } from '../_components/wire/wire-panel'
import { type Ended, EndedList } from './ended-list'
import { Leave } from './leave'
import { describeUserAgent } from './user-agent'

type Device = {
  id: string
  mode: Mode
  userAgent: string
  address: string
  createdAt: string
  lastSeenAt: string
  expiresAt: string
  current: boolean
}

export function Devices() {
  const t = useTranslations('devices')
  return (
    <>
      <PageHead title={t('title')}>{t('intro')}</PageHead>
      <SignedInOnly>
        {user => (
          <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
            {/* The list has the height of what is beside it, however many there are. */}
            <div className="relative h-112 lg:h-auto">
              <div className="h-full lg:absolute lg:inset-0">
                <DeviceList isKnown={user !== null} />
              </div>
            </div>
            <div className="space-y-6">
              <ChangePassword />
              <Leave />
            </div>
          </div>
        )}
      </SignedInOnly>
      <div className="mt-6">
        <WirePanel />
      </div>
    </>
  )
}

function DeviceList({ isKnown }: { isKnown: boolean }) {
  const t = useTranslations('devices')
  const when = useMoment()
  const { call, signOut } = useApp()
  const problem = useProblem()
  const [devices, setDevices] = useState<Device[] | null>(null)
  const [ended, setEnded] = useState<Ended[]>([])
  const [isIncomplete, setIncomplete] = useState(false)
  const [said, setSaid] = useState<{ kind: 'good' | 'bad'; text: string } | null>(null)

  const list = useCallback(async () => {
    const answer = await call('GET', '/api/devices')
    if (answer.status !== 200) return
    const body = answer.body as { devices: Device[]; ended: Ended[]; incomplete?: boolean }
    setDevices(body.devices)
    setIncomplete(body.incomplete === true)
    setEnded(body.ended)
  }, [call])

  useEffect(() => {
    if (isKnown) void list()
  }, [isKnown, list])

  async function end(path: string, done: string) {
    const answer = await call('DELETE', path)
    setSaid(
      answer.status === 204
        ? { kind: 'good', text: done }
        : { kind: 'bad', text: problem.say(answer) },
    )
    await list()
  }

  const others = devices?.filter(device => !device.current) ?? []
  return (
    <section
      key={devices ? 'there' : 'waiting'}
      aria-label={t('list')}
      tabIndex={0}
      className="flex h-full flex-col gap-6 overflow-y-auto"
    >
      <EndedList ended={ended} />
      <section aria-label={t('title')} className="card flex grow flex-col px-4">
        <div className="flex flex-wrap items-center gap-2 py-3">
          <p className="mr-auto text-sm text-muted" role="status">
            {devices ? t('count', { count: devices.length }) : t('loading')}
          </p>
          <button
            type="button"
            className="button"
            disabled={others.length === 0 && !isIncomplete}
            onClick={() => void end('/api/devices', t('others-ended'))}
          >
            {t('end-others')}
          </button>
        </div>
        {isIncomplete && <Notice kind="info">{t('incomplete')}</Notice>}
        {said && <Notice kind={said.kind}>{said.text}</Notice>}
        <ul className="divide-y divide-line">
          {devices?.map(device => (
            <li
              key={device.id}
              data-mode={device.mode}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 py-4"
            >
              <div className="min-w-0 flex-1 basis-64">
                <p className="flex flex-wrap items-center gap-2 font-medium">
                  <ModeMark mode={device.mode} />
                  {describeUserAgent(device.userAgent) ?? t('unknown-client')}
                  <span className="rounded bg-hue-soft px-1.5 font-mono text-xs font-normal text-hue">
                    {device.mode}
                  </span>
                  {device.current && (
                    <span className="rounded bg-good-soft px-1.5 text-xs text-good">
                      {t('current')}
                    </span>
                  )}
                </p>
                <p className="mt-0.5 text-sm text-muted">
                  <span className="font-mono text-xs">{device.address}</span> ·{' '}
                  {t('since', { when: when(device.createdAt) })} ·{' '}
                  {t('seen', { when: when(device.lastSeenAt) })} ·{' '}
                  {t('until', { when: when(device.expiresAt) })}
                </p>
              </div>
              {device.current ? (
                <button type="button" className="button" onClick={() => void signOut()}>
                  {t('sign-out')}
                </button>
              ) : (
                <button
                  type="button"
                  className="button"
                  onClick={() => void end(`/api/devices/${device.id}`, t('ended'))}
                >
                  {t('end')}
                </button>
              )}
            </li>
          ))}
        </ul>
        {!devices && <Waiting />}
        {devices && others.length === 0 && (
          <p className="grid grow place-items-center border-line border-t py-6 text-center text-sm text-muted">
            {t('alone')}
          </p>
        )}
      </section>
    </section>
  )
}

/** The one sign-in that there is in any case, before the list was read. */
function Waiting() {
  return (
    <div className="space-y-1.5 py-4">
      <p>
        <Blank className="w-56" />
      </p>
      <p className="text-sm">
        <Blank className="w-full max-w-96" />
      </p>
    </div>
  )
}

function ChangePassword() {
  const t = useTranslations('devices')
  const { changePassword } = useApp()
  const problem = useProblem()
  const [errors, setErrors] = useState<FieldErrors>({})
  const [said, setSaid] = useState<{ kind: 'good' | 'bad'; text: string } | null>(null)
  const [busy, setBusy] = useState(false)

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    setBusy(true)
    const fields = new FormData(form)
    const answer = await changePassword({
      current: String(fields.get('current')),
      next: String(fields.get('next')),
    })
    const isChanged = answer.status === 204 || answer.status === 200
    setBusy(false)
    setErrors(problem.fieldErrors(answer))
    setSaid(
      isChanged
        ? { kind: 'good', text: t('password-changed') }
        : { kind: 'bad', text: problem.say(answer) },
    )
    if (isChanged) form.reset()
  }

  return (
    <section className="card p-4" aria-label={t('password')}>
      <h2 className="font-semibold">{t('password')}</h2>
      <p className="mb-4 text-sm text-muted">{t('password-note')}</p>
      <form method="post" onSubmit={event => void change(event)} className="space-y-4" noValidate>
        <Field
          label={t('current-password')}
          name="current"
          type="password"
          autoComplete="current-password"
          required
          error={errors.current}
        />
        <Field
          label={t('next-password')}
          name="next"
          type="password"
          autoComplete="new-password"
          required
          hint={t('password-hint')}
          error={errors.next}
        />
        {said && <Notice kind={said.kind}>{said.text}</Notice>}
        <button type="submit" className="button button-primary" disabled={busy}>
          {t('change-password')}
        </button>
      </form>
    </section>
  )
}
